using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.Node.Settings;

namespace ExpertCluster.ExpertHost.Options;

/// <summary>
/// The figures that placement goes by: configuration section "ExpertCluster:Placement". All hosts of a cluster should have the same: one of them
/// decides. Checked by <see cref="PlacementSettingsValidator"/> and <see cref="PlacementSettingsRules"/>; <see cref="PlacementOptions"/> says more.
/// </summary>
[Settings(Section)]
internal sealed record PlacementSettings
{
    public const string Section = SettingsSection.Root + ":Placement";

    private const double LeastSeconds = 0.1;
    private const double MostSeconds = 86_400;

    private static readonly PlacementOptions Default = new();

    /// <summary>Decisions about experts in a round, of which there is one a second.</summary>
    [SettingRange(1, 100_000)]
    public int MovesPerRound { get; init; } = Default.MovesPerRound;

    /// <summary>Experts that a host is told to warm in a round.</summary>
    [SettingRange(1, 10_000)]
    public int MovesPerHost { get; init; } = Default.MovesPerHost;

    /// <summary>Decisions about bases in a round.</summary>
    [SettingRange(1, 1_000)]
    public int BaseMovesPerRound { get; init; } = Default.BaseMovesPerRound;

    /// <summary>Requests of an expert at once that one replica is there for.</summary>
    [SettingRange(1, 10_000, Unit = "requests")]
    public int RequestsPerReplica { get; init; } = Default.RequestsPerReplica;

    /// <summary>A replica more where they are used more than this share.</summary>
    [SettingRange(0, 1)]
    public double UpUse { get; init; } = Default.UpUse;

    /// <summary>The use that the number of replicas is chosen for.</summary>
    [SettingRange(0, 1)]
    public double AimUse { get; init; } = Default.AimUse;

    /// <summary>Fewer replicas where the rest would be used less than this share.</summary>
    [SettingRange(0, 1)]
    public double DownUse { get; init; } = Default.DownUse;

    /// <summary>A replica more where requests wait this long for a slot.</summary>
    [SettingRange(1, 600_000, Unit = "milliseconds")]
    public double UpQueueMilliseconds { get; init; } = Default.UpQueueTime.TotalMilliseconds;

    /// <summary>From one replica more to the next.</summary>
    [SettingRange(LeastSeconds, MostSeconds, Unit = "seconds")]
    public double UpCooldownSeconds { get; init; } = Default.UpCooldown.TotalSeconds;

    /// <summary>How long fewer replicas would have done before there are fewer.</summary>
    [SettingRange(LeastSeconds, MostSeconds, Unit = "seconds")]
    public double DownAfterSeconds { get; init; } = Default.DownAfter.TotalSeconds;

    /// <summary>No decision about an expert and a host is undone sooner.</summary>
    [SettingRange(LeastSeconds, MostSeconds, Unit = "seconds")]
    public double CooldownSeconds { get; init; } = Default.Cooldown.TotalSeconds;

    /// <summary>From a try that failed to the next on the same host, where there is no other.</summary>
    [SettingRange(LeastSeconds, MostSeconds, Unit = "seconds")]
    public double RetryAfterSeconds { get; init; } = Default.RetryAfter.TotalSeconds;

    /// <summary>How long nobody asks until replicas above the minimum go.</summary>
    [SettingRange(LeastSeconds, MostSeconds, Unit = "seconds")]
    public double IdleAfterSeconds { get; init; } = Default.IdleAfter.TotalSeconds;

    /// <summary>How long nobody has asked for what makes room for another.</summary>
    [SettingRange(LeastSeconds, MostSeconds, Unit = "seconds")]
    public double RoomAfterSeconds { get; init; } = Default.RoomAfter.TotalSeconds;

    /// <summary>What growth goes by: demand smoothed over this time.</summary>
    [SettingRange(LeastSeconds, MostSeconds, Unit = "seconds")]
    public double FastWindowSeconds { get; init; } = Default.FastWindow.TotalSeconds;

    /// <summary>What shrinking and shares go by.</summary>
    [SettingRange(LeastSeconds, MostSeconds, Unit = "seconds")]
    public double SlowWindowSeconds { get; init; } = Default.SlowWindow.TotalSeconds;

    /// <summary>How far a host's share may be from the mean before experts move.</summary>
    [SettingRange(0.05, 1)]
    public double BalanceSlack { get; init; } = Default.BalanceSlack;

    /// <summary>Rounds in which a host that joined gets two thirds of its share.</summary>
    [SettingRange(1, 1_000, Unit = "rounds")]
    public int ShareRounds { get; init; } = Default.ShareRounds;

    /// <summary>The host label over whose values an expert's replicas are spread.</summary>
    [SettingText(1, 63)]
    public string SpreadLabel { get; init; } = Default.SpreadLabel;

    /// <summary>A host more for a base whose hosts are used more than this share.</summary>
    [SettingRange(0, 1)]
    public double BaseUpUse { get; init; } = Default.BaseUpUse;

    /// <summary>How long they are, before.</summary>
    [SettingRange(LeastSeconds, MostSeconds, Unit = "seconds")]
    public double BaseUpAfterSeconds { get; init; } = Default.BaseUpAfter.TotalSeconds;

    /// <summary>A host less for a base where the rest would be used less than this share.</summary>
    [SettingRange(0, 1)]
    public double BaseDownUse { get; init; } = Default.BaseDownUse;

    /// <summary>How long they would have been, before; and how long nobody asks for a base of no minimum until it goes.</summary>
    [SettingRange(LeastSeconds, MostSeconds, Unit = "seconds")]
    public double BaseDownAfterSeconds { get; init; } = Default.BaseDownAfter.TotalSeconds;

    /// <summary>From one decision about a base to the next, and until one is undone.</summary>
    [SettingRange(LeastSeconds, MostSeconds, Unit = "seconds")]
    public double BaseCooldownSeconds { get; init; } = Default.BaseCooldown.TotalSeconds;

    /// <summary>What is left free beside a base, as a share of its bytes.</summary>
    [SettingRange(0, 10)]
    public double BaseHeadroom { get; init; } = Default.BaseHeadroom;

    public PlacementOptions ToOptions() => new()
    {
        MovesPerRound = MovesPerRound,
        MovesPerHost = MovesPerHost,
        BaseMovesPerRound = BaseMovesPerRound,
        RequestsPerReplica = RequestsPerReplica,
        UpUse = UpUse,
        AimUse = AimUse,
        DownUse = DownUse,
        UpQueueTime = TimeSpan.FromMilliseconds(UpQueueMilliseconds),
        UpCooldown = TimeSpan.FromSeconds(UpCooldownSeconds),
        DownAfter = TimeSpan.FromSeconds(DownAfterSeconds),
        Cooldown = TimeSpan.FromSeconds(CooldownSeconds),
        RetryAfter = TimeSpan.FromSeconds(RetryAfterSeconds),
        IdleAfter = TimeSpan.FromSeconds(IdleAfterSeconds),
        RoomAfter = TimeSpan.FromSeconds(RoomAfterSeconds),
        FastWindow = TimeSpan.FromSeconds(FastWindowSeconds),
        SlowWindow = TimeSpan.FromSeconds(SlowWindowSeconds),
        BalanceSlack = BalanceSlack,
        ShareRounds = ShareRounds,
        SpreadLabel = SpreadLabel,
        BaseUpUse = BaseUpUse,
        BaseUpAfter = TimeSpan.FromSeconds(BaseUpAfterSeconds),
        BaseDownUse = BaseDownUse,
        BaseDownAfter = TimeSpan.FromSeconds(BaseDownAfterSeconds),
        BaseCooldown = TimeSpan.FromSeconds(BaseCooldownSeconds),
        BaseHeadroom = BaseHeadroom,
    };
}
