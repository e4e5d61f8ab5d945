using System.Diagnostics;

namespace ExpertCluster.Bench.Wire;

/// <summary>gRPC against bare HTTP/2 with the same bytes: same server process, same handlers below, in turns.</summary>
internal static class WireRun
{
    public static async Task<int> RunAsync(WireOptions options, string? filter)
    {
        string machine = Machine.Describe();
        await using var server = await WireServer.StartAsync();
        using var grpc = new GrpcWireClient(server.Address);
        using var bare = new BareWireClient(server.Address);
        List<WireComparison> comparisons = [];
        await CompareAsync("unary, one at a time", "call", options.Calls, client => UnaryAsync(client, options.Calls, 1));
        await CompareAsync(
            $"unary, {options.InFlight} at a time", "call", options.Calls, client => UnaryAsync(client, options.Calls, options.InFlight));
        await CompareAsync("one server stream", "message", options.Messages, client => client.StreamAsync(options.Messages));
        var report = new WireReport(machine, options, comparisons);
        ResultsFolder.Write("grpc", report.ToMarkdown(), report);
        return 0;

        async Task CompareAsync(string name, string unit, int count, Func<IWireClient, Task> round)
        {
            if (filter is not null && !name.Contains(filter, StringComparison.OrdinalIgnoreCase))
            {
                return;
            }

            Console.Error.WriteLine(name);
            List<(WireRound Grpc, WireRound Bare)> rounds = [];
            for (int i = -options.Warmups; i < options.Rounds; i++)
            {
                var first = await MeasureAsync(i % 2 == 0 ? grpc : bare, count, round);
                var second = await MeasureAsync(i % 2 == 0 ? bare : grpc, count, round);
                if (i >= 0)
                {
                    rounds.Add(i % 2 == 0 ? (first, second) : (second, first));
                }
            }

            comparisons.Add(WireComparison.Of(name, unit, rounds));
        }
    }

    private static async Task<WireRound> MeasureAsync(IWireClient client, int count, Func<IWireClient, Task> round)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await round(client);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new WireRound(count / seconds, (double)allocated / count, cpu.TotalMicroseconds / count);
    }

    private static Task UnaryAsync(IWireClient client, int calls, int inFlight)
    {
        return Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => CallAsync(calls / inFlight)));

        async Task CallAsync(int times)
        {
            for (int i = 0; i < times; i++)
            {
                await client.UnaryAsync();
            }
        }
    }
}
