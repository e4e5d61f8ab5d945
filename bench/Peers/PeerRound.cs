using System.Diagnostics;

namespace ExpertCluster.Bench.Peers;

/// <summary>One measurement of one side.</summary>
/// <param name="Rate">Generated tokens a second over all streams; of a prefill, prompt tokens a second to the first token.</param>
/// <param name="ProcessorMicroseconds">A token counted in the rate, by process.</param>
/// <param name="Answers">In the requests' order.</param>
internal sealed record PeerRound(double Rate, IReadOnlyDictionary<string, double> ProcessorMicroseconds, IReadOnlyList<PeerAnswer> Answers)
{
    /// <summary>Runs the waves one after the other, the requests of each at once.</summary>
    public static async Task<PeerRound> RunAsync(
        PeerEndpoint endpoint, PeerScenario scenario, IReadOnlyList<IReadOnlyList<PeerRequest>> waves, CancellationToken cancellation)
    {
        GC.Collect();
        var before = endpoint.ProcessorTime();
        long start = Stopwatch.GetTimestamp();
        List<StreamRecord> records = [];
        foreach (var wave in waves)
        {
            records.AddRange(await Task.WhenAll(wave.Select(r => endpoint.CompleteAsync(r, cancellation))));
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        var after = endpoint.ProcessorTime();
        PeerAnswer[] answers = [.. records.Select(r => r.Parse())];
        int tokens = answers.Sum(a => scenario.IsPrefill ? a.PromptTokens : a.Tokens);
        double seconds = scenario.IsPrefill ? answers.Sum(a => a.FirstToken.TotalSeconds) : elapsed.TotalSeconds;
        var processor = after.ToDictionary(p => p.Key, p => (p.Value - before[p.Key]).TotalMicroseconds / tokens);
        return new PeerRound(tokens / seconds, processor, answers);
    }
}
