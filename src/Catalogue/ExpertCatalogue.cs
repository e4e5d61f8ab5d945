namespace ExpertCluster.Catalogue;

/// <summary>What an operator wrote in experts.yaml, checked, with absolute paths.</summary>
public sealed record ExpertCatalogue
{
    public required IReadOnlyList<BaseEntry> Bases { get; init; }

    public required IReadOnlyList<ExpertEntry> Experts { get; init; }
}

/// <summary>A base model; it can itself be asked by name.</summary>
/// <param name="Name">Unique among bases and experts.</param>
/// <param name="Path">An imported folder or a Hugging Face folder, absolute, or a URI of one (<see cref="SourceUri"/>).</param>
public sealed record BaseEntry(string Name, string Path);

/// <summary>An expert: a base with an adapter, or a base alone (the generalist of that base).</summary>
public sealed record ExpertEntry
{
    /// <summary>Unique among bases and experts.</summary>
    public required string Name { get; init; }

    public required string Base { get; init; }

    /// <summary>A PEFT folder, absolute, or a URI of one (<see cref="SourceUri"/>); null: the base alone.</summary>
    public string? Adapter { get; init; }

    public string Description { get; init; } = "";

    /// <summary>A text file, one prompt a line (after a tab, an answer), that teaches the gates.</summary>
    public string? Examples { get; init; }

    /// <summary>Words that teach the gates, where there are no examples.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>Copies in the cluster, on different hosts where there are enough. 1 to 64.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Whether its adapter stays in the runtime, whatever others need a place.</summary>
    public bool Pinned { get; init; }

    /// <summary>An expert without examples and keywords is reached by name only.</summary>
    public bool IsGated => Examples is not null || Keywords.Count > 0;
}
