using ExpertCluster.SystemTests.Support;
using Grpc.Core;

namespace ExpertCluster.SystemTests;

/// <summary>Cancel and deadline reach the runtime: what they held is free again.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class CancellationTests(SharedCluster shared)
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Complete_CallerCancels_HostsRunNothing()
    {
        using var cancel = new CancellationTokenSource();
        using var call = shared.Cluster.Client.Complete(Requests.Endless(seed: 5), cancellationToken: cancel.Token);
        Assert.True(await call.ResponseStream.MoveNext(_cancellation));

        await cancel.CancelAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(_cancellation));
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        await NothingRunsAsync();
    }

    [Fact]
    public async Task Complete_DeadlinePasses_EndsDeadlineExceededAndHostsRunNothing()
    {
        // Long enough to begin, far too short for hundreds of tokens on several streams at once.
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(300);
        var streams = Enumerable.Range(0, 16).Select(async i =>
        {
            using var call = shared.Cluster.Client.Complete(Requests.Endless((ulong)i), deadline: deadline);
            while (await call.ResponseStream.MoveNext(_cancellation))
            {
            }
        }).ToList();

        var errors = await Task.WhenAll(streams.Select(async s => await Record.ExceptionAsync(() => s)));

        Assert.Contains(errors, e => e is RpcException { StatusCode: StatusCode.DeadlineExceeded });
        Assert.All(errors.OfType<RpcException>().Where(e => !IsTheClientsOwn(e)), e => Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode));
        await NothingRunsAsync();
    }

    /// <summary>
    /// The client's own timer aborts the call, and a reader that is just at work takes that for a lost connection: no reset of the
    /// server's is behind it.
    /// </summary>
    private static bool IsTheClientsOwn(RpcException error) =>
        error.Status.DebugException is IOException { Message: "The request was aborted.", InnerException: null };

    private Task NothingRunsAsync() => Gauges.UntilAsync(
        async () => await Gauges.HostsAsync(shared.Cluster, Gauges.Running) + await Gauges.HostsAsync(shared.Cluster, Gauges.Waiting) == 0);
}
