using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Orleans.Server.Tests.Support;
using Orleans;
using Orleans.OneMachine.Activation;
using Orleans.OneMachine.Directory;
using Orleans.OneMachine.Invocation;
using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Internals;

/// <summary>
/// A call reaches a silo that was chosen while the grain was active nowhere, and by then another silo has it. Where the
/// claim is settled without waiting, as on the primary, the call must still be answered, once.
/// </summary>
public sealed class LostClaimTests
{
    [Fact]
    public async Task Deliver_OnThePrimaryAfterAnotherSiloHasTheGrain_AnswersWhereItIs()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var directory = cluster.Silos[0].Services.GetRequiredService<GrainDirectoryTable>();
        var grain = cluster.Factory(0).GetGrain<IProbeGrain>("taken").GetGrainId();
        var holder = new GrainAddress { GrainId = grain, ActivationId = ActivationId.NewId(), SiloAddress = cluster.Address(1) };
        Assert.Equal(holder, directory.Register(holder));
        try
        {
            var reply = await DeliverAsync(cluster.Silos[0], grain);

            Assert.Equal(Reply.Moved(holder), reply);
            Assert.False(cluster.Silos[0].Services.GetRequiredService<Catalog>().Has(grain));
        }
        finally
        {
            // Whoever still insists on the claim wins it now, and the test ends.
            directory.Unregister(holder);
        }
    }

    [Fact]
    public async Task Deliver_WhileThePrimaryCanNotBeReached_AnswersWithTheFailure()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var grain = cluster.Factory(0).GetGrain<IProbeGrain>("unclaimed").GetGrainId();
        var cutOff = cluster.Silos[1];
        cutOff.Services.GetRequiredService<ConnectionPool>().Close();
        try
        {
            var reply = await DeliverAsync(cutOff, grain);

            Assert.Equal(ReplyKind.Failure, reply.Kind);
            Assert.IsType<SiloUnavailableException>(reply.Value);
        }
        finally
        {
            cutOff.Services.GetRequiredService<Catalog>().Refuse("The test is over.");
        }
    }

    private static Task<Reply> DeliverAsync(IHost silo, GrainId grain)
    {
        var answer = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        var method = silo.Services.GetRequiredService<InterfaceCatalog>().Of(typeof(IProbeGrain)).Methods.Single(static model => model.Method.Name == nameof(IProbeGrain.Touch));
        var call = new IncomingCall(grain, method, [], ImmutableDictionary<string, object>.Empty, isNewPlacement: true, answer.SetResult);
        _ = Task.Run(() => silo.Services.GetRequiredService<Catalog>().Deliver(call), TestContext.Current.CancellationToken);
        return answer.Task.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
    }
}
