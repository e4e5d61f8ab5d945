using ExpertCluster.Fabric.Placement.Rounds;

namespace ExpertCluster.Simulation.Options;

/// <summary>A cluster, its traffic and its troubles. The command line checks ranges.</summary>
public sealed record SimulationOptions
{
    public int Seed { get; init; } = 1;

    public int Hosts { get; init; } = 500;

    public int Experts { get; init; } = 10_000;

    public int Bases { get; init; } = 10;

    public int Zones { get; init; } = 3;

    public double Minutes { get; init; } = 60;

    /// <summary>Before figures count: places fill, averages settle.</summary>
    public double WarmupMinutes { get; init; } = 3;

    public double RequestsPerSecond { get; init; } = 100;

    /// <summary>Mean; each request's is drawn from an exponential distribution, cut at 8 times the mean.</summary>
    public double PromptTokens { get; init; } = 500;

    /// <summary>Mean, as for prompts.</summary>
    public double AnswerTokens { get; init; } = 2_000;

    /// <summary>Of the experts' popularity: the n-th is asked for 1/n^exponent as often as the first.</summary>
    public double ZipfExponent { get; init; } = 1;

    /// <summary>How often popularity shifts; 0: never.</summary>
    public double ShiftMinutes { get; init; } = 10;

    /// <summary>Share of the experts that change their rank with another at a shift.</summary>
    public double ShiftShare { get; init; } = 0.1;

    /// <summary>Hosts that die without a word, an hour.</summary>
    public double FailuresPerHour { get; init; } = 10;

    /// <summary>Hosts that drain and leave, an hour.</summary>
    public double DrainsPerHour { get; init; } = 10;

    /// <summary>After which one that died or left joins again, empty.</summary>
    public double RepairMinutes { get; init; } = 5;

    /// <summary>From one placement round to the next.</summary>
    public double RoundSeconds { get; init; } = 1;

    /// <summary>Replicas of each expert, at least.</summary>
    public int MinimumReplicas { get; init; } = 1;

    public int MaximumReplicas { get; init; } = 32;

    /// <summary>A decision that is undone sooner than this is a flip.</summary>
    public double FlipMinutes { get; init; } = 3;

    public HostFigures Figures { get; init; } = new();

    public PlacementOptions Placement { get; init; } = new();

    /// <summary>Weights of the router's scorers; the simulation's own `warm` among them.</summary>
    public IReadOnlyDictionary<string, double> HostScorers { get; init; } = new Dictionary<string, double> { ["prompt"] = 1, ["warm"] = 1 };

    /// <summary>The router's filters, in their order; null: its default.</summary>
    public IReadOnlyList<string>? HostFilters { get; init; }
}
