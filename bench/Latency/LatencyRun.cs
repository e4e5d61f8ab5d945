using ExpertCluster.Bench.Stack;
using ExpertCluster.Cli.Running;

namespace ExpertCluster.Bench.Latency;

/// <summary>
/// How long a chunk takes from a host's engine to a client of the router: the real router and host, but for the host's
/// runner, which steps at a steady rate instead of computing. Beside it, bare Kestrel and SocketsHttpHandler with messages
/// of the same size: straight, and through a relay that copies bytes, as many hops as the stack has.
/// </summary>
internal static class LatencyRun
{
    public static async Task<int> RunAsync(LatencyOptions options, CancellationToken cancellation)
    {
        // As router and host have it; the processes started here inherit it.
        Environment.SetEnvironmentVariable("DOTNET_gcServer", "1");
        string machine = Machine.Describe();
        var demo = BenchModel.Demo();
        var layout = ServedStack.Layout(demo) with
        {
            HostProgram = [.. ClusterLayout.Assembly(Path.GetFileName(typeof(LatencyRun).Assembly.Location)), LatencyProcess.Name, LatencyProcess.Host],
        };
        int size = Stamp.ChunkSize(demo.Base.Name);
        await using var cluster = await RunningCluster.StartAsync(layout, Console.Error.WriteLine, TimeProvider.System, cancellation);
        await using var bare = await BareProcesses.StartAsync(cluster.Logs, size, cancellation);
        using var stack = new RouterExchange(cluster, demo.Base.Name);
        List<LatencyResult> results = [];
        foreach (int streams in options.Streams)
        {
            Console.Error.WriteLine($"{streams} streams");
            results.AddRange(await CompareAsync([.. bare.Exchanges, stack], streams, options, cancellation));
        }

        var report = new LatencyReport(machine, options, size, results);
        ResultsFolder.Write("latency", report.ToMarkdown(), report);
        return 0;
    }

    private static async Task<IEnumerable<LatencyResult>> CompareAsync(
        IReadOnlyList<IStampedExchange> exchanges, int streams, LatencyOptions options, CancellationToken cancellation)
    {
        var rounds = exchanges.ToDictionary(e => e, _ => new List<LatencyRound>());
        for (int i = -options.Warmups; i < options.Rounds; i++)
        {
            for (int turn = 0; turn < exchanges.Count; turn++)
            {
                var exchange = exchanges[(turn + i + options.Warmups) % exchanges.Count];
                var round = await LatencyRound.RunAsync(exchange, streams, options, cancellation);
                if (i >= 0)
                {
                    rounds[exchange].Add(round);
                }
            }
        }

        return exchanges.Select(e => LatencyResult.Of(streams, e.Name, rounds[e]));
    }
}
