namespace ExpertCluster.Bench.Merges;

/// <summary>An ensemble over several bases against one expert alone.</summary>
/// <param name="Bases">Of the ensemble, and hosts.</param>
/// <param name="Alone">Milliseconds a token of one expert.</param>
/// <param name="LockStep">Of the ensemble.</param>
/// <param name="Ratio">Lock step over alone, round by round.</param>
/// <param name="AloneGaps">Milliseconds between two tokens: p50 and p99.</param>
/// <param name="LockStepGaps">The same.</param>
/// <param name="Whole">Share of the ensemble's tokens of which all had a part.</param>
internal sealed record MergeRow(int Bases, Spread Alone, Spread LockStep, Spread Ratio, (double P50, double P99) AloneGaps, (double P50, double P99) LockStepGaps, double Whole)
{
    public static MergeRow Of(int bases, IReadOnlyList<(TimedAnswer Alone, TimedAnswer LockStep)> rounds) => new(
        bases,
        Spread.Of(rounds.Select(r => r.Alone.MillisecondsPerToken)),
        Spread.Of(rounds.Select(r => r.LockStep.MillisecondsPerToken)),
        Spread.Of(rounds.Select(r => r.LockStep.MillisecondsPerToken / r.Alone.MillisecondsPerToken)),
        GapsOf(rounds.Select(r => r.Alone)),
        GapsOf(rounds.Select(r => r.LockStep)),
        rounds.Sum(r => r.LockStep.Whole) / (double)rounds.Sum(r => r.LockStep.Tokens));

    private static (double, double) GapsOf(IEnumerable<TimedAnswer> answers)
    {
        double[] gaps = [.. answers.SelectMany(a => a.Gaps).Order()];
        return (gaps[gaps.Length / 2], gaps[(int)(gaps.Length * 0.99)]);
    }
}
