namespace ExpertCluster.Fabric.Placement.Rounds;

/// <summary>The figures that placement goes by. Uses are shares of what there is room for.</summary>
public sealed record PlacementOptions
{
    /// <summary>Decisions of a round about experts, 1 to 100,000: what a join or a loss may set in motion at once.</summary>
    public int MovesPerRound { get; init; } = 256;

    /// <summary>Experts that a host is told to warm in a round, 1 to 10,000.</summary>
    public int MovesPerHost { get; init; } = 8;

    /// <summary>Decisions of a round about bases, 1 to 1,000.</summary>
    public int BaseMovesPerRound { get; init; } = 4;

    /// <summary>
    /// Requests of an expert at once that one replica is there for, 1 to 10,000. 8: a step of 8 rows gives some three quarters of the tokens of
    /// one of 32 (docs/performance.md), and leaves room for other experts' rows.
    /// </summary>
    public int RequestsPerReplica { get; init; } = 8;

    /// <summary>A replica more where they are used more than this, 0 to 1.</summary>
    public double UpUse { get; init; } = 0.8;

    /// <summary>What the number of replicas is chosen for; between <see cref="DownUse"/> and <see cref="UpUse"/>.</summary>
    public double AimUse { get; init; } = 0.65;

    /// <summary>Fewer where the rest would be used less than this, 0 to 1.</summary>
    public double DownUse { get; init; } = 0.5;

    /// <summary>A replica more where requests wait this long for a slot.</summary>
    public TimeSpan UpQueueTime { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>From one replica more to the next, so that the first can show what it does.</summary>
    public TimeSpan UpCooldown { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long fewer would have done, without a break, before there are fewer.</summary>
    public TimeSpan DownAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>No decision about an expert and a host is undone sooner, but for what the catalogue or the host itself forces.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>From a try that failed to the next on the same host, where the minimum leaves no other.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long nobody asks until replicas above the minimum go, where the expert does not say.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long nobody has asked for what makes room for another that has none.</summary>
    public TimeSpan RoomAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What growth goes by: demand smoothed over this time.</summary>
    public TimeSpan FastWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What shrinking and shares go by.</summary>
    public TimeSpan SlowWindow { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How far a host's share may be from the mean before experts move, 0.05 to 1.</summary>
    public double BalanceSlack { get; init; } = 0.25;

    /// <summary>Rounds in which a host that joined gets two thirds of its share, 1 to 1,000.</summary>
    public int ShareRounds { get; init; } = 20;

    /// <summary>The label over whose values an expert's replicas are spread.</summary>
    public string SpreadLabel { get; init; } = "zone";

    /// <summary>A host more for a base whose hosts are used more than this, 0 to 1.</summary>
    public double BaseUpUse { get; init; } = 0.8;

    public TimeSpan BaseUpAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A host less where the rest would be used less than this, 0 to 1.</summary>
    public double BaseDownUse { get; init; } = 0.3;

    public TimeSpan BaseDownAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>From one decision about a base to the next, and until one is undone: opening one takes minutes.</summary>
    public TimeSpan BaseCooldown { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What is left free beside a base, as a share of its bytes, 0 to 10: caches of what it computes.</summary>
    public double BaseHeadroom { get; init; } = 0.2;

    /// <summary>What is wrong, each with the field and its limits; none: they can be used.</summary>
    public IEnumerable<string> Failures()
    {
        foreach (var (name, value, least, most) in ((string, double, double, double)[])
        [
            (nameof(MovesPerRound), MovesPerRound, 1, 100_000),
            (nameof(MovesPerHost), MovesPerHost, 1, 10_000),
            (nameof(BaseMovesPerRound), BaseMovesPerRound, 1, 1_000),
            (nameof(RequestsPerReplica), RequestsPerReplica, 1, 10_000),
            (nameof(UpUse), UpUse, AimUse, 1),
            (nameof(AimUse), AimUse, DownUse, UpUse),
            (nameof(DownUse), DownUse, 0, AimUse),
            (nameof(BalanceSlack), BalanceSlack, 0.05, 1),
            (nameof(ShareRounds), ShareRounds, 1, 1_000),
            (nameof(BaseUpUse), BaseUpUse, BaseDownUse, 1),
            (nameof(BaseDownUse), BaseDownUse, 0, BaseUpUse),
            (nameof(BaseHeadroom), BaseHeadroom, 0, 10),
        ])
        {
            if (!(value >= least && value <= most))
            {
                yield return FormattableString.Invariant($"{name} is {value}; it must be from {least} to {most}");
            }
        }
    }
}
