using System.Diagnostics;

namespace ExpertCluster.Bench.Latency;

/// <summary>One exchange, once, by some streams at a time.</summary>
/// <param name="Median">Microseconds that half of the chunks took at most.</param>
/// <param name="Percentile99">Microseconds that 99 of 100 took at most.</param>
/// <param name="Processor">Microseconds of processor time a chunk, by process.</param>
internal sealed record LatencyRound(double Median, double Percentile99, IReadOnlyDictionary<string, double> Processor)
{
    private const string Client = "client";

    public static async Task<LatencyRound> RunAsync(
        IStampedExchange exchange, int streams, LatencyOptions options, CancellationToken cancellation)
    {
        // What the round before left behind is nobody's in particular.
        GC.Collect();
        var before = ProcessorTimes(exchange);
        double[][] ages = await Task.WhenAll(Enumerable.Range(0, streams).Select(_ => Task.Run(ReadAsync, cancellation)));
        double[] sorted = [.. ages.SelectMany(a => a[options.Skipped..]).Order()];
        var processor = ProcessorTimes(exchange).ToDictionary(
            p => p.Key, p => (p.Value - before[p.Key]).TotalMicroseconds / (streams * options.Chunks));
        return new LatencyRound(At(sorted, 0.5), At(sorted, 0.99), processor);

        async Task<double[]> ReadAsync()
        {
            double[] all = new double[options.Chunks];
            int next = 0;
            await exchange.StreamAsync(options.Chunks, age => all[next++] = age, cancellation);
            return all;
        }
    }

    /// <summary>The least value that this share of all is at or below.</summary>
    private static double At(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];

    private static Dictionary<string, TimeSpan> ProcessorTimes(IStampedExchange exchange)
    {
        var times = exchange.Processes.ToDictionary(p => p.Key, p => Of(p.Value));
        times[Client] = Of(Environment.ProcessId);
        return times;
    }

    private static TimeSpan Of(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.TotalProcessorTime;
    }
}
