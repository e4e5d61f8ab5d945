using System.Globalization;
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
        Assert.All(errors.OfType<RpcException>(), e => Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode));
        await NothingRunsAsync();
    }

    /// <summary>Reads the hosts' gauges until they are zero; the test's own time limit is the bound.</summary>
    private async Task NothingRunsAsync()
    {
        while (true)
        {
            double running = 0;
            foreach (var host in shared.Cluster.Hosts().Values)
            {
                running += await GaugeAsync(host, "vllm:num_requests_running") + await GaugeAsync(host, "vllm:num_requests_waiting");
            }

            if (running == 0)
            {
                return;
            }

            _cancellation.ThrowIfCancellationRequested();
        }
    }

    private async Task<double> GaugeAsync(NodeProcess node, string name)
    {
        string text = await shared.Cluster.Http.GetStringAsync(new Uri($"http://127.0.0.1:{node.HttpPort}/metrics"), _cancellation);
        return text.Split('\n')
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
