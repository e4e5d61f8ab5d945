namespace ExpertCluster.Fabric.Placement.Rounds;

/// <summary>All that a round goes by. The order within lists means nothing.</summary>
public sealed record RoundInput
{
    /// <summary>Of a monotonic clock; no wall clock is ever asked.</summary>
    public required TimeSpan Now { get; init; }

    public IReadOnlyList<RoundHost> Hosts { get; init; } = [];

    /// <summary>Each id once. The same list in the next round where the catalogue is the same: what is made of it is kept.</summary>
    public IReadOnlyList<RoundExpert> Experts { get; init; } = [];

    /// <summary>Each name once, those of all experts among them.</summary>
    public IReadOnlyList<RoundBase> Bases { get; init; } = [];

    /// <summary>
    /// What routers saw of each expert, each once, summed over them; who is not in it has none. Null: no router told anything, and what is not known
    /// lets nothing go.
    /// </summary>
    public IReadOnlyList<ExpertDemand>? Demand { get; init; }

    /// <summary>What earlier decisions have come to, each expert and host once. One that failed is not in it any more, and is tried elsewhere.</summary>
    public IReadOnlyList<WarmReplica> Replicas { get; init; } = [];
}

/// <summary>What is asked of an expert now, raw: rounds smooth it.</summary>
/// <param name="Expert">Which.</param>
/// <param name="ArrivalsPerSecond">Since the last round.</param>
/// <param name="Running">Requests on hosts.</param>
/// <param name="Waiting">Requests that have no slot yet.</param>
/// <param name="QueueTime">That the latest ones waited for a slot.</param>
/// <param name="LastAsked">On the round's clock; null: never.</param>
public readonly record struct ExpertDemand(
    ExpertId Expert, double ArrivalsPerSecond, int Running, int Waiting, TimeSpan QueueTime, TimeSpan? LastAsked);

/// <summary>A host that an expert is kept warm on.</summary>
/// <param name="Expert">Which.</param>
/// <param name="Host">Where.</param>
/// <param name="Since">When that was decided.</param>
/// <param name="Ready">Whether the host has said that it holds it.</param>
public readonly record struct WarmReplica(ExpertId Expert, string Host, TimeSpan Since, bool Ready);
