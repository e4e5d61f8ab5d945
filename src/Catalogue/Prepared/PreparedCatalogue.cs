using System.Text.Json.Serialization;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Prepared;

/// <summary>
/// What `prepare` made of a catalogue: imported bases, adapters, trained gates. Router and hosts read this, never
/// experts.yaml, so that nothing is imported or trained while serving. All of it lies below one folder, named by relative
/// paths, so that the folder can be copied or mounted anywhere, read-only.
/// </summary>
public sealed record PreparedCatalogue
{
    public const int CurrentFormat = 5;

    /// <summary>The file's name in the folder that `prepare` writes.</summary>
    public const string FileName = "prepared.json";

    /// <summary>How files begin that a <see cref="Save"/> left which never ended.</summary>
    public const string DraftPrefix = ".prepared-";

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Digest of the file itself; <see cref="PreparedCatalogueFile"/> says over what.</summary>
    public string Seal { get; init; } = "";

    public required IReadOnlyList<PreparedBase> Bases { get; init; }

    public required IReadOnlyList<PreparedExpert> Experts { get; init; }

    /// <summary>Models that give vectors or scores of texts; null: there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PreparedEncoder>? Encoders { get; init; }

    /// <summary>Experts that somebody else serves; null: there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PreparedRemote>? Remotes { get; init; }

    /// <summary>What goes before the gate, in order; null: nothing does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RoutingRule>? Rules { get; init; }

    /// <summary>The request gate and each base's token gate; null when no expert is gated.</summary>
    public PreparedFolder? Gates { get; init; }

    /// <summary>Other gates beside those that plan; null: there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PreparedGateCandidate? GateCandidate { get; init; }

    /// <summary>Version of the desired state (<see cref="Desired.DesiredState"/>) that it was made by; 0: by the catalogue file alone.</summary>
    public long DesiredVersion { get; init; }

    /// <summary>What is wanted and could not be prepared.</summary>
    public IReadOnlyList<PreparedFailure> Failures { get; init; } = [];

    /// <summary>Names of experts whose wanted content is on its way; one may be among <see cref="Experts"/> with an earlier one.</summary>
    public IReadOnlyList<string> Pending { get; init; } = [];

    /// <summary>All that it names, each with whose it is.</summary>
    public IEnumerable<(string What, PreparedFolder Folder)> Named() => Bases.Select(b => ($"base {b.Name}", b.Folder))
        .Concat(Experts.Where(e => e.Adapter is not null).Select(e => ($"the adapter of {e.Name}", e.Adapter!)))
        .Concat(Experts.Where(e => e.Canary is not null).Select(e => ($"the canary of {e.Name}", e.Canary!.Adapter)))
        .Concat(Experts.Where(e => e.Shadow is not null).Select(e => ($"the shadow of {e.Name}", e.Shadow!.Adapter)))
        .Concat((Encoders ?? []).Select(e => ($"encoder {e.Name}", e.Folder)))
        .Concat(Gates is null ? [] : [("the gates", Gates)])
        .Concat(GateCandidate is null ? [] : [("the candidate for the gates", GateCandidate.Folder)]);

    /// <summary>Reads the file alone: what the folders hold is checked by whoever loads them.</summary>
    /// <exception cref="CatalogueException">No such file, another format, or not what `prepare` wrote.</exception>
    public static PreparedCatalogue Load(string directory)
    {
        string root = Path.GetFullPath(directory);
        string file = Path.Combine(root, FileName);
        if (RealPath.Of(file) is { } real && !RealPath.IsBelow(real, RealPath.Of(root)!))
        {
            throw new CatalogueException($"{file} is a link that leaves its folder");
        }

        return Located(root, PreparedCatalogueFile.Read(file), file);
    }

    /// <summary>The same of a file that lies elsewhere.</summary>
    /// <param name="place">Below which its folders lie, for people.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="bytes">All of it; changed here.</param>
    /// <exception cref="CatalogueException">Another format, or not what `prepare` wrote.</exception>
    internal static PreparedCatalogue Parse(string place, string file, byte[] bytes) => Located(place, PreparedCatalogueFile.Parse(file, bytes), file);

    private static PreparedCatalogue Located(string root, PreparedCatalogue read, string file)
    {
        Check(read, file);
        PreparedFolder At(PreparedFolder folder) => folder with { Root = root };
        PreparedVersion? VersionAt(PreparedVersion? version) => version is null ? null : version with { Adapter = At(version.Adapter) };
        return read with
        {
            Bases = [.. read.Bases.Select(b => b with { Folder = At(b.Folder) })],
            Experts = [.. read.Experts.Select(e => e with { Adapter = e.Adapter is null ? null : At(e.Adapter), Canary = VersionAt(e.Canary), Shadow = VersionAt(e.Shadow) })],
            Encoders = read.Encoders is null ? null : [.. read.Encoders.Select(e => e with { Folder = At(e.Folder) })],
            Gates = read.Gates is null ? null : At(read.Gates),
            GateCandidate = read.GateCandidate is null ? null : read.GateCandidate with { Folder = At(read.GateCandidate.Folder) },
        };
    }

    /// <summary>Writes the file atomically; one that says the same already is left alone.</summary>
    /// <returns>Whether anything was written.</returns>
    public bool Save(string directory)
    {
        string file = Path.Combine(directory, FileName);
        byte[] bytes = PreparedCatalogueFile.Write(this);
        if (RegularFile.Exists(file) && RegularFile.ReadAllBytes(file, PreparedCatalogueFile.LargestFile).AsSpan().SequenceEqual(bytes))
        {
            return false;
        }

        string draft = Path.Combine(directory, $"{DraftPrefix}{Guid.NewGuid():N}");
        File.WriteAllBytes(draft, bytes);
        File.Move(draft, file, overwrite: true);
        return true;
    }

    /// <summary>The seal tells of accidents; a file that somebody sealed himself must do no harm either.</summary>
    private static void Check(PreparedCatalogue read, string file)
    {
        foreach (var (what, folder) in read.Named())
        {
            if (!folder.IsWellFormed())
            {
                throw new CatalogueException($"{file}: the folder of {what} is not one that `prepare` writes");
            }
        }

        HashSet<string> bases = [.. read.Bases.Select(b => b.Name)];
        if (read.Experts.FirstOrDefault(e => !bases.Contains(e.Base)) is { } lost)
        {
            throw new CatalogueException($"{file}: expert {lost.Name} is of base {lost.Base}, which is not in the file");
        }
    }
}

/// <summary>An imported base.</summary>
/// <param name="HasTokenGate">Whether any of the base's experts is gated, and they are few enough to be told apart at every token.</param>
public sealed record PreparedBase(string Name, PreparedFolder Folder, bool HasTokenGate)
{
    /// <inheritdoc cref="BaseEntry.Replicas"/>
    public int? Replicas { get; init; }

    /// <inheritdoc cref="BaseEntry.MaxReplicas"/>
    public int? MaxReplicas { get; init; }

    /// <summary>Digest of its vocabulary; bases with equal ones can answer token by token together. Null: there is no other, or an earlier program prepared it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Vocabulary { get; init; }

    /// <summary>Who reads calls of tools in its answers; null: nobody does, or its chat template knows nothing of tools.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ToolParser { get; init; }
}

/// <summary>
/// What can be asked by name: every expert of the catalogue, and every base as an expert of its own.
/// </summary>
public sealed record PreparedExpert
{
    public required string Name { get; init; }

    public required string Base { get; init; }

    /// <summary>Of its content, base and adapter; set in a <see cref="Snapshots.CatalogueSnapshot"/>.</summary>
    [JsonIgnore]
    public string Revision { get; init; } = "";

    /// <summary>A PEFT folder; null: the base alone.</summary>
    public PreparedFolder? Adapter { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Whether the gates know it.</summary>
    public bool Gated { get; init; }

    /// <summary>Of the adapter; 0: the base alone.</summary>
    public int Rank { get; init; }

    /// <summary>Hosts that keep it warm at any time.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Hosts that keep it warm at most.</summary>
    public int MaxReplicas { get; init; } = 64;

    /// <summary>Names of hosts that keep it warm whatever it is asked for.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>What a host must have to serve it, each `key=value`.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Whether its adapter stays in the runtime of each host that has a replica, whatever others need a place.</summary>
    public bool Pinned { get; init; }

    public ExpertOrigin Origin { get; init; }

    // Left out where there is none: an earlier program then reads the file as before, and refuses one with more instead of passing over it.

    /// <summary>What its answers cost, in the catalogue's own unit; null: 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Cost { get; init; }

    /// <summary>Answers some of the requests in the adapter's place; null: there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PreparedVersion? Canary { get; init; }

    /// <summary>Gets copies of requests, and nobody sees its answers; null: there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PreparedVersion? Shadow { get; init; }

    /// <summary>Whether there is another one beside the stable version.</summary>
    [JsonIgnore]
    public bool HasVersions => Canary is not null || Shadow is not null;

    /// <summary>Its versions, the stable one first; of requests each answers so many in a hundred, or gets copies of them.</summary>
    public IEnumerable<(ExpertVersion Version, string Revision, int Percent)> Versions()
    {
        yield return (ExpertVersion.Stable, Revision, 100 - (Canary?.Percent ?? 0));
        if (Canary is { } canary)
        {
            yield return (ExpertVersion.Canary, canary.Revision, canary.Percent);
        }

        if (Shadow is { } shadow)
        {
            yield return (ExpertVersion.Shadow, shadow.Revision, shadow.Percent);
        }
    }

    /// <summary>As what a revision stands here; the first that it is. Null: it does not.</summary>
    public ExpertVersion? VersionOf(string revision) =>
        Versions().Where(v => v.Revision == revision).Select(v => (ExpertVersion?)v.Version).FirstOrDefault();

    /// <summary>The expert as one of its versions, which then is all that it has; null: none is of this revision.</summary>
    public PreparedExpert? OfRevision(string revision) =>
        Revision == revision ? this : AsVersion(Canary, revision) ?? AsVersion(Shadow, revision);

    private PreparedExpert? AsVersion(PreparedVersion? version, string revision) => version?.Revision == revision
        ? this with { Revision = version.Revision, Adapter = version.Adapter, Rank = version.Rank, Canary = null, Shadow = null }
        : null;
}

/// <summary>Another content of an expert, beside the one that serves.</summary>
public sealed record PreparedVersion
{
    /// <summary>Of its content, base and adapter; set in a <see cref="Snapshots.CatalogueSnapshot"/>.</summary>
    [JsonIgnore]
    public string Revision { get; init; } = "";

    public required PreparedFolder Adapter { get; init; }

    /// <summary>Of the adapter.</summary>
    public int Rank { get; init; }

    /// <summary>Of the expert's requests, that it answers (a canary) or gets a copy of (a shadow).</summary>
    public int Percent { get; init; }
}
