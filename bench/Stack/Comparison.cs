namespace ExpertCluster.Bench.Stack;

/// <summary>The rounds of one number of streams.</summary>
internal sealed class Comparison(int streams, IReadOnlyList<(Round Bare, Round Stack)> rounds)
{
    public int Streams { get; } = streams;

    /// <summary>Tokens a second.</summary>
    public Spread Bare { get; } = Spread.Of(rounds.Select(r => r.Bare.TokensPerSecond));

    /// <summary>Tokens a second.</summary>
    public Spread Stack { get; } = Spread.Of(rounds.Select(r => r.Stack.TokensPerSecond));

    /// <summary>Stack over bare, round by round: what the machine did meanwhile met both.</summary>
    public Spread Ratio { get; } = Spread.Of(rounds.Select(r => r.Stack.TokensPerSecond / r.Bare.TokensPerSecond));

    public double TokensPerChunk { get; } = Spread.Of(rounds.Select(r => r.Stack.TokensPerChunk)).Median;

    /// <summary>Microseconds of processor time a token.</summary>
    public double BareProcessor { get; } = Spread.Of(rounds.Select(r => r.Bare.ProcessorMicroseconds.Values.Sum())).Median;

    /// <summary>Microseconds of processor time a token, by process.</summary>
    public IReadOnlyDictionary<string, double> StackProcessor { get; } = rounds[0].Stack.ProcessorMicroseconds.Keys.ToDictionary(
        role => role, role => Spread.Of(rounds.Select(r => r.Stack.ProcessorMicroseconds[role])).Median);
}
