namespace ExpertCluster.Catalogue.Desired;

/// <summary>An expert as the API was given it: what an entry of experts.yaml says, with its examples themselves in place of a file's name.</summary>
public sealed record ExpertSpec
{
    public const int DefaultReplicas = 1;
    public const int DefaultMaxReplicas = CatalogueLimits.Replicas;

    /// <summary>Unique among bases and experts.</summary>
    public required string Name { get; init; }

    /// <summary>A base of the catalogue file.</summary>
    public required string Base { get; init; }

    /// <summary>A PEFT folder of the machine that prepares, or a URI of one (<see cref="SourceUri"/>); null: the base alone.</summary>
    public string? Adapter { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Prompts (after a tab, an answer) that teach the gates.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>Words that teach the gates, where there are no examples.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>Hosts that keep it warm at any time; 0: none while nobody asks.</summary>
    public int Replicas { get; init; } = DefaultReplicas;

    /// <summary>Hosts that keep it warm at most.</summary>
    public int MaxReplicas { get; init; } = DefaultMaxReplicas;

    /// <summary>Names of hosts that keep it warm whatever it is asked for.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>What a host must have to serve it, each `key=value`.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Whether its adapter stays in the runtime, whatever others need a place.</summary>
    public bool Pinned { get; init; }

    /// <summary>Answers some of the requests in the adapter's place; null: there is none.</summary>
    public VersionSpec? Canary { get; init; }

    /// <summary>Gets copies of requests, and nobody sees its answers; null: there is none.</summary>
    public VersionSpec? Shadow { get; init; }

    /// <summary>Whether a request added it that named it: it goes when room is needed for another one.</summary>
    public bool OnDemand { get; init; }

    /// <summary>The state's version that it came with: what stands behind a URI is asked for again where this is another one.</summary>
    public long Since { get; init; }
}

/// <summary>Another content of an expert's adapter.</summary>
/// <param name="Adapter">As that of the expert.</param>
/// <param name="Percent">Of the expert's requests, that it answers (a canary, 0 to 100) or gets a copy of (a shadow, 1 to 100).</param>
public sealed record VersionSpec(string Adapter, int Percent);
