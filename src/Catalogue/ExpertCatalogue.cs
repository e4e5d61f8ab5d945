using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating;
using ExpertCluster.Learning;

namespace ExpertCluster.Catalogue;

/// <summary>What an operator wrote in experts.yaml, checked, with absolute paths.</summary>
public sealed record ExpertCatalogue
{
    public required IReadOnlyList<BaseEntry> Bases { get; init; }

    public required IReadOnlyList<ExpertEntry> Experts { get; init; }

    /// <summary>Models that give vectors or scores of texts; the gate knows none of them.</summary>
    public IReadOnlyList<EncoderEntry> Encoders { get; init; } = [];

    public GateEntry Gate { get; init; } = GateEntry.Default;

    /// <summary>Whether the gate can learn an expert: one that it can't is reached by name only. One that knows what words mean learns from a description.</summary>
    public bool Gates(ExpertEntry expert)
    {
        ArgumentNullException.ThrowIfNull(expert);
        return expert.IsTaught || (Gate.Kind != GateKind.Ngrams && !expert.IsGeneralist && !string.IsNullOrWhiteSpace(expert.Description));
    }

    /// <summary>Whether a base gets a token gate: where the gate learns experts of it, and they are not too many for one.</summary>
    public bool HasTokenGate(string baseName) => Experts.Count(e => e.Base == baseName && e.Remote is null && Gates(e)) is > 0 and <= GateLimits.TokenGateExperts;

    /// <summary>Experts that the request gate may learn.</summary>
    internal int MostGated => Gate.Kind == GateKind.Ngrams ? GateLimits.Experts : GateLimits.MeaningExperts;

    /// <summary>What goes before the gate, in order.</summary>
    public IReadOnlyList<RoutingRule> Rules { get; init; } = [];
}

/// <summary>A base model; it can itself be asked by name.</summary>
/// <param name="Name">Unique among bases and experts.</param>
/// <param name="Path">An imported folder or a Hugging Face folder, absolute, or a URI of one (<see cref="SourceUri"/>).</param>
public sealed record BaseEntry(string Name, string Path)
{
    /// <summary>Hosts that run it at any time, where there are enough. 0 to 1,000; 0: none while nobody asks. Null: every host, from its start on.</summary>
    public int? Replicas { get; init; }

    /// <summary>Hosts that run it at most, however much it is asked for. 1 to 1,000, and no fewer than <see cref="Replicas"/>; null: no such bound.</summary>
    public int? MaxReplicas { get; init; }

    /// <summary>Who reads calls of tools in its answers; null: its chat template tells.</summary>
    public string? ToolParser { get; init; }
}

/// <summary>Another content of an expert's adapter, beside the one that serves: a canary, or a shadow.</summary>
/// <param name="Adapter">A PEFT folder, absolute, or a URI of one (<see cref="SourceUri"/>).</param>
/// <param name="Percent">Of the expert's requests, that it answers (a canary) or gets a copy of (a shadow).</param>
public sealed record VersionEntry(string Adapter, int Percent);

/// <summary>An expert: a base with an adapter, a base alone (the generalist of that base), or a model that somebody else serves.</summary>
public sealed record ExpertEntry
{
    /// <summary>Unique among bases and experts.</summary>
    public required string Name { get; init; }

    /// <summary>One of the bases; of a remote one its own name.</summary>
    public required string Base { get; init; }

    /// <summary>A PEFT folder, absolute, or a URI of one (<see cref="SourceUri"/>); null: the base alone, or a remote model.</summary>
    public string? Adapter { get; init; }

    /// <summary>Where it is served; null: by the cluster's own hosts.</summary>
    public RemoteModel? Remote { get; init; }

    /// <summary>Whether it is a base alone.</summary>
    public bool IsGeneralist => Adapter is null && Remote is null;

    public string Description { get; init; } = "";

    /// <summary>A text file, one prompt a line (after a tab, an answer), that teaches the gates.</summary>
    public string? Examples { get; init; }

    /// <summary>Words that teach the gates, where there are no examples.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>Texts that the API says are its own: they teach the gates beside the others, and go before them.</summary>
    public IReadOnlyList<string> Lessons { get; init; } = [];

    /// <summary>Hosts that keep it warm at any time, where there are enough. 0 to 64; 0: none while nobody asks.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Hosts that keep it warm at most, however much it is asked for. 1 to 64, and no fewer than <see cref="Replicas"/>.</summary>
    public int MaxReplicas { get; init; } = CatalogueLimits.Replicas;

    /// <summary>Names of hosts that keep it warm whatever it is asked for.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>What a host must have to serve it, each `key=value`.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Whether its adapter stays in the runtime, whatever others need a place.</summary>
    public bool Pinned { get; init; }

    /// <summary>What its answers cost, in the catalogue's own unit: 0 or above. Null: 1.</summary>
    public double? Cost { get; init; }

    /// <summary>Answers some of the requests in the adapter's place; 0 %: those that ask for it. Null: there is none.</summary>
    public VersionEntry? Canary { get; init; }

    /// <summary>Gets copies of requests, and nobody sees its answers; 1 % to 100 %. Null: there is none.</summary>
    public VersionEntry? Shadow { get; init; }

    /// <summary>Revision of the canary that serves in the adapter's place; one that the canary isn't of changes nothing.</summary>
    public string Promoted { get; init; } = "";

    /// <summary>Revision of the canary that serves nobody; one that the canary isn't of changes nothing.</summary>
    public string RolledBack { get; init; } = "";

    /// <summary>Why it can't be prepared, known before anybody tries; null: nothing is known to be wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>Who owns it.</summary>
    public ExpertOrigin Origin { get; init; }

    /// <summary>Tells two states of one URI apart: what stands behind it is asked for again where this is another one.</summary>
    public long Since { get; init; }

    /// <summary>Whether there are examples, keywords or lessons.</summary>
    public bool IsTaught => Examples is not null || Keywords.Count > 0 || Lessons.Count > 0;
}
