using System.Collections.Frozen;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Catalogue.Snapshots;

/// <summary>
/// The catalogue as of one version. Immutable, so whoever takes it once for a piece of work (a request, a load) sees one state of it
/// to the end; who keeps it longer than that works with what may be gone.
/// </summary>
public sealed class CatalogueSnapshot
{
    /// <param name="version">Larger than that of every snapshot before it.</param>
    /// <param name="prepared">What `prepare` made; its lists are copied.</param>
    /// <exception cref="CatalogueException">A name stands twice, or an expert is of a base that is not there.</exception>
    public CatalogueSnapshot(long version, PreparedCatalogue prepared)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        Version = version;
        Bases = Array.AsReadOnly<PreparedBase>([.. prepared.Bases]);
        BasesByName = ByName(Bases, b => b.Name, "base");
        Experts = Array.AsReadOnly<PreparedExpert>([.. prepared.Experts.Select(WithRevision)]);
        ExpertsByName = ByName(Experts, e => e.Name, "expert");
        Encoders = Array.AsReadOnly<PreparedEncoder>([.. prepared.Encoders ?? []]);
        EncodersByName = ByName(Encoders, e => e.Name, "encoder");
        Remotes = Array.AsReadOnly<PreparedRemote>([.. prepared.Remotes ?? []]);
        RemotesByName = ByName(Remotes, r => r.Name, "expert");
        Rules = Array.AsReadOnly<RoutingRule>([.. prepared.Rules ?? []]);
        Gates = prepared.Gates;
        GateCandidate = prepared.GateCandidate;
        DesiredVersion = prepared.DesiredVersion;
        Pending = prepared.Pending.ToFrozenSet(StringComparer.Ordinal);
        Failures = Array.AsReadOnly<PreparedFailure>([.. prepared.Failures]);
    }

    public long Version { get; }

    /// <summary>In the catalogue's order.</summary>
    public IReadOnlyList<PreparedBase> Bases { get; }

    /// <summary>In the catalogue's order: what can be asked by name, bases among them.</summary>
    public IReadOnlyList<PreparedExpert> Experts { get; }

    public FrozenDictionary<string, PreparedBase> BasesByName { get; }

    public FrozenDictionary<string, PreparedExpert> ExpertsByName { get; }

    /// <summary>Models that give vectors or scores of texts, in the catalogue's order.</summary>
    public IReadOnlyList<PreparedEncoder> Encoders { get; }

    public FrozenDictionary<string, PreparedEncoder> EncodersByName { get; }

    /// <summary>Experts that somebody else serves, in the catalogue's order; none of them is among <see cref="Experts"/>.</summary>
    public IReadOnlyList<PreparedRemote> Remotes { get; }

    public FrozenDictionary<string, PreparedRemote> RemotesByName { get; }

    /// <summary>What goes before the gate, in the catalogue's order.</summary>
    public IReadOnlyList<RoutingRule> Rules { get; }

    /// <summary>The request gate and each base's token gate; null when no expert is gated.</summary>
    public PreparedFolder? Gates { get; }

    /// <summary>Other gates beside those that plan; null: there are none.</summary>
    public PreparedGateCandidate? GateCandidate { get; }

    /// <summary>Of the desired state that the catalogue was made by; 0: by its file alone.</summary>
    public long DesiredVersion { get; }

    /// <summary>Names of experts whose wanted content is on its way.</summary>
    public FrozenSet<string> Pending { get; }

    /// <summary>What is wanted and could not be prepared.</summary>
    public IReadOnlyList<PreparedFailure> Failures { get; }

    /// <summary>Of the gates' content; empty when no expert is gated.</summary>
    public string GateRevision => Gates is { } gates ? Revisions.Of(gates) : "";

    /// <summary>Of the other gates' content; empty where there are none.</summary>
    public string GateCandidateRevision => GateCandidate is { } candidate ? Revisions.Of(candidate.Folder) : "";

    /// <summary>Whether its gates, or the candidate for them, are of this revision; empty: those that plan.</summary>
    public bool HasGates(string revision)
    {
        ArgumentNullException.ThrowIfNull(revision);
        return revision.Length == 0 || revision == GateRevision || revision == GateCandidateRevision;
    }

    /// <summary>The gates of a revision, and what they are called; null: there are none, or they have no token gate for this base.</summary>
    /// <param name="revision">As of <see cref="HasGates"/>.</param>
    /// <param name="baseName">Whose token gate is wanted.</param>
    public (PreparedFolder Folder, string Revision)? TokenGatesOf(string revision, string baseName)
    {
        ArgumentNullException.ThrowIfNull(revision);
        return revision.Length == 0 || revision == GateRevision
            ? Gates is { } gates && FindBase(baseName) is { HasTokenGate: true } ? (gates, GateRevision) : null
            : revision == GateCandidateRevision && GateCandidate!.TokenGates.Contains(baseName, StringComparer.Ordinal) ? (GateCandidate.Folder, revision)
            : null;
    }

    /// <summary>Null: no such base.</summary>
    public PreparedBase? FindBase(string name) => BasesByName.GetValueOrDefault(name);

    /// <summary>Null: no such expert.</summary>
    public PreparedExpert? FindExpert(string name) => ExpertsByName.GetValueOrDefault(name);

    /// <summary>Null: no such expert of somebody else.</summary>
    public PreparedRemote? FindRemote(string name) => RemotesByName.GetValueOrDefault(name);

    /// <summary>Whether a name is an expert's, whoever serves it.</summary>
    public bool HasExpert(string name) => ExpertsByName.ContainsKey(name) || RemotesByName.ContainsKey(name);

    /// <summary>Null: no such encoder.</summary>
    public PreparedEncoder? FindEncoder(string name) => EncodersByName.GetValueOrDefault(name);

    /// <summary>The expert as that of its versions, <see cref="PreparedExpert.OfRevision"/>; null: no such expert, or none of this revision.</summary>
    public PreparedExpert? FindExpert(string name, string revision) => FindExpert(name)?.OfRevision(revision);

    private PreparedExpert WithRevision(PreparedExpert expert) => FindBase(expert.Base) is { } itsBase
        ? expert with
        {
            Revision = Revisions.Of(itsBase.Folder, expert.Adapter),
            Canary = WithRevision(expert.Canary, itsBase),
            Shadow = WithRevision(expert.Shadow, itsBase),
        }
        : throw new CatalogueException($"expert {expert.Name} is of base {expert.Base}, which the catalogue doesn't have");

    private static PreparedVersion? WithRevision(PreparedVersion? version, PreparedBase itsBase) =>
        version is null ? null : version with { Revision = Revisions.Of(itsBase.Folder, version.Adapter) };

    private static FrozenDictionary<string, T> ByName<T>(IReadOnlyList<T> entries, Func<T, string> nameOf, string kind)
    {
        Dictionary<string, T> byName = new(entries.Count, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (!byName.TryAdd(nameOf(entry), entry))
            {
                throw new CatalogueException($"the catalogue has {kind} {nameOf(entry)} twice");
            }
        }

        return byName.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
