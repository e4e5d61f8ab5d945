namespace ExpertCluster.Contracts.Selection;

/// <summary>A host that could take a request, as this router knows it.</summary>
/// <param name="Name">Unique in the cluster.</param>
/// <param name="Load">Requests of this router that run on it.</param>
/// <param name="Answers">Whether it answers this router, and did not just fail a call.</param>
public readonly record struct HostCandidate(string Name, int Load, bool Answers)
{
    /// <summary>Whether it runs the plan's base.</summary>
    public bool HasBase { get; init; } = true;

    /// <summary>Whether it takes nothing new.</summary>
    public bool Draining { get; init; }

    /// <summary>Whether it just said that it can't serve one of the plan's experts.</summary>
    public bool Refused { get; init; }

    /// <summary>Share of the plan's experts that it has in memory, 0 to 1.</summary>
    public double Warm { get; init; }

    /// <summary>What its operator says of it, as `key=value`; null: nothing.</summary>
    public IReadOnlySet<string>? Labels { get; init; }
}

/// <summary>What a host is chosen for.</summary>
/// <param name="Experts">The plan's experts, in its order.</param>
/// <param name="PromptKey">Equal for texts that begin alike, on every router.</param>
public readonly record struct HostChoice(IReadOnlyList<string> Experts, ulong PromptKey)
{
    /// <summary>Labels that the host must have; null: none.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}
