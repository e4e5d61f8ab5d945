namespace ExpertCluster.Bench.Wire;

/// <summary>How much is measured.</summary>
internal sealed record WireOptions
{
    /// <summary>Unary calls of a round.</summary>
    public int Calls { get; init; } = 5000;

    /// <summary>Unary calls at once, where it is not one.</summary>
    public int InFlight { get; init; } = 16;

    /// <summary>Messages of a round, on one stream.</summary>
    public int Messages { get; init; } = 100_000;

    /// <summary>Rounds that count. Each runs both, the order changing from round to round. Many short ones stand other work better than few long ones.</summary>
    public int Rounds { get; init; } = 31;

    /// <summary>Rounds before, not counted: until the code is as the runtime leaves it in a process that runs on.</summary>
    public int Warmups { get; init; } = 6;

    public static WireOptions Of(bool quick) =>
        quick ? new WireOptions { Rounds = 9, Warmups = 4 } : new WireOptions();
}
