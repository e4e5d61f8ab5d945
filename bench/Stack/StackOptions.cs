namespace ExpertCluster.Bench.Stack;

/// <summary>How much is measured.</summary>
internal sealed record StackOptions
{
    /// <summary>A model's folder, as the peers' benchmark exports it; null: the demo's base.</summary>
    public string? Model { get; init; }

    /// <summary>Streams at once.</summary>
    public IReadOnlyList<int> Streams { get; init; } = [1, 8, 32];

    /// <summary>Tokens that every stream generates: all go to this length, so that the batch stays full to the end.</summary>
    public int TokensPerStream { get; init; } = 128;

    /// <summary>Least tokens of a round; fewer streams go several times.</summary>
    public int TokensPerRound { get; init; } = 4096;

    /// <summary>Rounds that count. Each runs both, the order changing from round to round.</summary>
    public int Rounds { get; init; } = 9;

    /// <summary>Rounds before, not counted: code is compiled, connections are opened.</summary>
    public int Warmups { get; init; } = 3;

    public static StackOptions Of(bool quick, IReadOnlyList<int>? streams, string? model)
    {
        var options = quick ? new StackOptions { TokensPerRound = 2048, Rounds = 3, Warmups = 2 } : new StackOptions();
        return streams is { Count: > 0 } ? options with { Streams = streams, Model = model } : options with { Model = model };
    }
}
