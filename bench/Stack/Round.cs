using System.Diagnostics;

namespace ExpertCluster.Bench.Stack;

/// <summary>One measurement of one source.</summary>
/// <param name="TokensPerSecond">From the first request to the end of the last stream.</param>
/// <param name="TokensPerChunk">Mean.</param>
/// <param name="ProcessorMicroseconds">A token, by process.</param>
internal sealed record Round(double TokensPerSecond, double TokensPerChunk, IReadOnlyDictionary<string, double> ProcessorMicroseconds)
{
    /// <summary>Runs all requests at once, each as often as asked: a stream that ends begins again at once.</summary>
    public static async Task<(Round Round, StreamOutcome[] Outcomes)> RunAsync(
        ITokenSource source, IReadOnlyList<StreamRequest> requests, int times, CancellationToken cancellation)
    {
        // What the round before left behind is nobody's in particular.
        GC.Collect();
        var before = source.ProcessorTime();
        long start = Stopwatch.GetTimestamp();
        var outcomes = await Task.WhenAll(requests.Select(r => Task.Run(() => RepeatAsync(source, r, times, cancellation), cancellation)));
        var elapsed = Stopwatch.GetElapsedTime(start);
        int tokens = outcomes.Sum(o => o.Tokens);
        int chunks = outcomes.Sum(o => o.Chunks);
        var processor = source.ProcessorTime().ToDictionary(p => p.Key, p => (p.Value - before[p.Key]).TotalMicroseconds / tokens);
        return (new Round(tokens / elapsed.TotalSeconds, (double)tokens / chunks, processor), outcomes);
    }

    private static async Task<StreamOutcome> RepeatAsync(ITokenSource source, StreamRequest request, int times, CancellationToken cancellation)
    {
        var all = default(StreamOutcome);
        for (int i = 0; i < times; i++)
        {
            all = all.And(await source.GenerateAsync(request, cancellation));
        }

        return all;
    }
}
