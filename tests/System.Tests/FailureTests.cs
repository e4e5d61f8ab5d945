using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.SystemTests;

/// <summary>Hosts that die, and clusters that stop.</summary>
public sealed class FailureTests
{
    private const int TokensBeforeTheKill = 20;
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Complete_HostKilledMidStream_EndsUnavailableAndTheOtherServesTheNext()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var cluster = await TestCluster.StartAsync("--hosts", "2");
        var hosts = cluster.Hosts();
        using var call = cluster.Client.Complete(Requests.Endless(seed: 3), cancellationToken: cancellation);
        int tokens = 0;
        string host = "";
        while (tokens < TokensBeforeTheKill && await call.ResponseStream.MoveNext(cancellation))
        {
            host = call.ResponseStream.Current.Plan?.Host ?? host;
            tokens += call.ResponseStream.Current.Tokens.Count;
        }

        TestCluster.Kill(hosts[host]);

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(cancellation))
            {
            }
        });
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        foreach (string expert in (string[])["law", "finance", "general", "demo"])
        {
            // The deadline is the requirement, not a timing: a call that takes longer fails.
            using var next = cluster.Client.Complete(Requests.Chat(expert, "Who decides?", 8), deadline: DeadlineIn(Recovery), cancellationToken: cancellation);
            Assert.True(await next.ResponseStream.MoveNext(cancellation));
            Assert.NotEqual(host, next.ResponseStream.Current.Plan.Host);
        }
    }

    [Fact]
    public async Task Up_SigTerm_PrintsOneLineExitsZeroAndLeavesNoProcess()
    {
        await using var cluster = await TestCluster.StartAsync("--hosts", "1");
        int[] children = [cluster.Router().Id, .. cluster.Hosts().Values.Select(h => h.Id)];

        var (exitCode, rest) = await cluster.TerminateAsync();

        Assert.Equal((0, ""), (exitCode, rest));
        Assert.All(children, id => Assert.False(Directory.Exists($"/proc/{id}"), $"process {id} is still there"));
    }

    private static DateTime DeadlineIn(TimeSpan time) => TimeProvider.System.GetUtcNow().UtcDateTime + time;
}
