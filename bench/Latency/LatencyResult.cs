namespace ExpertCluster.Bench.Latency;

/// <summary>The rounds of one exchange by some streams at a time. Times in microseconds.</summary>
internal sealed record LatencyResult(
    int Streams, string Exchange, Spread Median, Spread Percentile99, IReadOnlyDictionary<string, double> Processor)
{
    public static LatencyResult Of(int streams, string exchange, IReadOnlyList<LatencyRound> rounds) => new(
        streams,
        exchange,
        Spread.Of(rounds.Select(r => r.Median)),
        Spread.Of(rounds.Select(r => r.Percentile99)),
        rounds[0].Processor.Keys.ToDictionary(k => k, k => Spread.Of(rounds.Select(r => r.Processor[k])).Median));
}
