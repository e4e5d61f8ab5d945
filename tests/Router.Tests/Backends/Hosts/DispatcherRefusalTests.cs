using System.Collections.Concurrent;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

/// <summary>Hosts that are well and do not serve what they are asked, over real connections.</summary>
public sealed class DispatcherRefusalTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ConcurrentQueue<int> _asked = new();
    private Func<int, RpcException?> _refuse = _ => null;

    /// <summary>Its disk may be the reason, not the expert.</summary>
    [Fact]
    public async Task Dispatch_OneHostCannotUseTheExpert_AnotherServesIt()
    {
        await using var hosts = await FakeHosts.StartAsync(3, AnswerAsync);
        int first = -1;
        _refuse = host => Interlocked.CompareExchange(ref first, host, -1) is -1 || first == host ? Unusable() : null;

        using var stream = await DispatchAsync(hosts);

        Assert.NotEqual($"host-{first}", stream.Host);
        Assert.Equal(2, _asked.Count);
        Assert.Null(hosts.Unusable.ReasonOf(FakeHosts.Revision));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 2)]
    public async Task Dispatch_NoHostCanUseTheExpert_IsToldAfterTwo(int count, int asked)
    {
        await using var hosts = await FakeHosts.StartAsync(count, AnswerAsync);
        _refuse = _ => Unusable();

        var error = await Assert.ThrowsAsync<ExpertFailedException>(() => DispatchAsync(hosts));

        Assert.Equal(("law", FailureKind.Unavailable, "law is broken", "model"), (error.Expert, error.Failure.Kind, error.Message, error.Failure.Field));
        Assert.Equal(asked, _asked.Count);
        Assert.Equal("law is broken", hosts.Unusable.ReasonOf(FakeHosts.Revision));
    }

    [Fact]
    public async Task Dispatch_HostWithAnOlderCatalogue_IsPassedOver()
    {
        await using var hosts = await FakeHosts.StartAsync(2, AnswerAsync);
        int first = -1;
        _refuse = host => Interlocked.CompareExchange(ref first, host, -1) is -1 || first == host ? Unknown() : null;

        using var stream = await DispatchAsync(hosts);
        using var next = await DispatchAsync(hosts);

        Assert.Equal(stream.Host, next.Host);
        Assert.Equal(3, _asked.Count);
    }

    [Fact]
    public async Task Dispatch_AllHostsHaveAnOlderCatalogue_ThePlanIsOutdated()
    {
        await using var hosts = await FakeHosts.StartAsync(2, AnswerAsync);
        _refuse = _ => Unknown();

        var error = await Assert.ThrowsAsync<PlanOutdatedException>(() => DispatchAsync(hosts));

        Assert.Equal("no host knows this content of law yet; try again in a moment", error.Message);
        Assert.Equal([0, 1], _asked.Order());
    }

    private static RpcException Unusable() =>
        GrpcFailures.ToException(StatusCode.FailedPrecondition, "law is broken", FailureReasons.ExpertUnusable, "law");

    private static RpcException Unknown() =>
        GrpcFailures.ToException(StatusCode.FailedPrecondition, "no such revision", FailureReasons.RevisionUnknown, "law");

    private Task<HostStream> DispatchAsync(FakeHosts hosts) =>
        hosts.Dispatcher.DispatchAsync(Streams.CallOf(new GenerateRequest(), DateTime.MaxValue), resumes: false, _cancellation);

    private Task AnswerAsync(int host, GenerateRequest request, IServerStreamWriter<GenerateChunk> stream, ServerCallContext context)
    {
        _asked.Enqueue(host);
        return _refuse(host) is { } refusal ? throw refusal : stream.WriteAsync(new GenerateChunk { Text = "a" }, context.CancellationToken);
    }
}
