namespace ExpertCluster.Contracts.Routing;

/// <summary>What routing must know of an expert.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Base">The base it runs on.</param>
/// <param name="IsGeneralist">Whether it is that base alone.</param>
/// <param name="Description">What it is for, in its owner's words.</param>
public sealed record RoutableExpert(string Name, string Base, bool IsGeneralist, string Description = "")
{
    /// <summary>Digest of its content, adapter and base; what it answers depends on nothing else of it.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Whether its base has a token gate; without one no plan of that base is of token scope.</summary>
    public bool HasTokenGate { get; init; } = true;

    /// <summary>Digest of the base's content.</summary>
    public string BaseRevision { get; init; } = "";

    /// <summary>Digest of the base's vocabulary: experts of equal ones can answer token by token together, whatever bases they run on. Empty: not known.</summary>
    public string Vocabulary { get; init; } = "";

    /// <summary>Where it is served; null: by the cluster's own hosts. A remote one is a <see cref="Base"/> of its own, whose tokens nobody else shares.</summary>
    public RemoteModel? Remote { get; init; }

    /// <summary>Whether the gate knows it.</summary>
    public bool IsGated { get; init; } = true;

    /// <summary>Where nobody says another one.</summary>
    public const double UsualCost = 1;

    /// <summary>What its answers cost, in the catalogue's own unit; 0 or above.</summary>
    public double Cost { get; init; } = UsualCost;

    /// <summary>Labels that a host must have to serve it, as `key=value`; of a remote one, what holds for where it is served.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}
