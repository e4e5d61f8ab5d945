namespace ExpertCluster.Bench.Wire;

/// <summary>How much is measured.</summary>
internal sealed record WireOptions
{
    /// <summary>Unary calls of a round.</summary>
    public int Calls { get; init; } = 20_000;

    /// <summary>Unary calls at once, where it is not one.</summary>
    public int InFlight { get; init; } = 16;

    /// <summary>Messages of a round, on one stream.</summary>
    public int Messages { get; init; } = 300_000;

    /// <summary>Rounds that count. Each runs both, the order changing from round to round.</summary>
    public int Rounds { get; init; } = 9;

    /// <summary>Rounds before, not counted.</summary>
    public int Warmups { get; init; } = 2;

    public static WireOptions Of(bool quick) =>
        quick ? new WireOptions { Calls = 5000, Messages = 100_000, Rounds = 5, Warmups = 1 } : new WireOptions();
}
