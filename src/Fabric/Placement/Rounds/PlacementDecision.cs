namespace ExpertCluster.Fabric.Placement.Rounds;

public enum DecisionKind
{
    WarmExpert,
    LetExpertGo,
    LoadBase,
    LetBaseGo,
}

/// <summary>Why, in one word of a bounded set: the label of a metric.</summary>
public enum DecisionCause
{
    /// <summary>Fewer than the catalogue's minimum.</summary>
    Minimum,

    /// <summary>The catalogue names the host.</summary>
    Pin,

    /// <summary>What is there is used too much, or waited for.</summary>
    Demand,

    /// <summary>Its host drains, or gives the base up.</summary>
    Drain,

    /// <summary>Another host has less to do: it joined, or demand moved.</summary>
    Share,

    /// <summary>More than the catalogue's maximum.</summary>
    Maximum,

    /// <summary>Used less than its replicas are worth.</summary>
    Quiet,

    /// <summary>Nobody asked for a long time.</summary>
    Idle,

    /// <summary>Another needs the place more.</summary>
    Room,

    /// <summary>Catalogue or host changed so that it may not be there.</summary>
    Unfit,

    /// <summary>A host without any base.</summary>
    Empty,
}

/// <summary>One thing to be done.</summary>
/// <param name="Kind">What.</param>
/// <param name="Host">On which host.</param>
/// <param name="Expert">Of which expert; null for a base.</param>
/// <param name="Base">The base, or that of the expert; empty where the catalogue has forgotten the expert.</param>
/// <param name="Cause">Why.</param>
/// <param name="Reason">Why, in words, with the figures that it came from.</param>
public sealed record PlacementDecision(DecisionKind Kind, string Host, ExpertId? Expert, string Base, DecisionCause Cause, string Reason)
{
    public override string ToString() => Kind switch
    {
        DecisionKind.WarmExpert => $"warm {Expert} on {Host}: {Reason}",
        DecisionKind.LetExpertGo => $"let {Expert} go from {Host}: {Reason}",
        DecisionKind.LoadBase => $"load base {Base} on {Host}: {Reason}",
        _ => $"let base {Base} go from {Host}: {Reason}",
    };
}

/// <summary>An expert that has fewer replicas than its minimum, and why no host takes it.</summary>
public sealed record Unplaced(ExpertId Expert, string Reason);
