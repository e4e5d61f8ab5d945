using System.Collections.Frozen;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>What plans are made from, as of one version of the catalogue: names, and the gate that was made for them. Immutable.</summary>
/// <param name="version">Of the catalogue.</param>
/// <param name="catalogue">Its names.</param>
/// <param name="rules">Of the catalogue.</param>
/// <param name="canaries">By the expert's name.</param>
/// <param name="toolParsers">Names of parsers, by the base's name.</param>
/// <param name="gate">This one's own; null where the catalogue gates no expert.</param>
/// <param name="gateRevision">Of the gates that `prepare` trained.</param>
/// <param name="candidate">This one's own; null where there is none, or none that can be used.</param>
internal sealed class RoutingState(
    long version,
    RoutingCatalogue catalogue,
    RuleBook rules,
    FrozenDictionary<string, PreparedVersion> canaries,
    FrozenDictionary<string, string> toolParsers,
    OpenedGate? gate,
    string gateRevision,
    CandidateGate? candidate) : IDisposable
{
    public long Version => version;

    public RoutingCatalogue Catalogue => catalogue;

    public RuleBook Rules => rules;

    /// <summary>By the expert's name; most experts have none.</summary>
    public FrozenDictionary<string, PreparedVersion> Canaries => canaries;

    /// <summary>Who reads calls of tools in a base's answers; null where nobody does.</summary>
    public string? ToolParserOf(string baseName) => toolParsers.GetValueOrDefault(baseName);

    /// <summary>Null where the catalogue gates no expert.</summary>
    public IRequestGate? Gate => gate?.Gate;

    /// <summary>Of the gates that `prepare` trained; empty where there are none.</summary>
    public string GateRevision => gateRevision;

    /// <summary>Another gate beside; null where there is none, or none that can be used.</summary>
    public CandidateGate? Candidate => candidate;

    /// <param name="snapshot">Of the catalogue.</param>
    /// <param name="content">Where the gate's files are. A published catalogue's were brought before the snapshot came, so nobody is waited for.</param>
    /// <param name="kind">Makes the gate.</param>
    /// <param name="trouble">Told why there is no candidate, where there should be one.</param>
    /// <exception cref="SetupException">The gate is not what was prepared, or can't be used.</exception>
    public static RoutingState Of(CatalogueSnapshot snapshot, IPreparedContent content, IGateKind kind, Action<SetupException> trouble)
    {
        var catalogue = CatalogueOf(snapshot, b => b.HasTokenGate);
        var canaries = snapshot.Experts.Where(e => e.Canary is not null).ToFrozenDictionary(e => e.Name, e => e.Canary!, StringComparer.Ordinal);
        var toolParsers = snapshot.Bases.Where(b => b.ToolParser is not null).ToFrozenDictionary(b => b.Name, b => b.ToolParser!, StringComparer.Ordinal);
        var gate = OpenedGate.Open(snapshot.Gates, catalogue.Experts, content, kind);
        try
        {
            return new RoutingState(
                snapshot.Version, catalogue, new RuleBook(snapshot.Rules), canaries, toolParsers, gate, snapshot.GateRevision, CandidateOf(snapshot, content, kind, catalogue, trouble));
        }
        catch
        {
            gate?.Dispose();
            throw;
        }
    }

    /// <summary>The gate goes with the last who uses it.</summary>
    public void Dispose()
    {
        gate?.Dispose();
        candidate?.Dispose();
    }

    private static CandidateGate? CandidateOf(CatalogueSnapshot snapshot, IPreparedContent content, IGateKind kind, RoutingCatalogue catalogue, Action<SetupException> trouble)
    {
        if (snapshot.GateCandidate is not { } candidate)
        {
            return null;
        }

        // Where experts of a base can be told apart token by token by one of the gates alone, their plans have different scopes.
        bool HasTokenGate(PreparedBase one) => candidate.TokenGates.Contains(one.Name, StringComparer.Ordinal);
        var its = snapshot.Bases.All(b => b.HasTokenGate == HasTokenGate(b)) ? catalogue : CatalogueOf(snapshot, HasTokenGate);
        try
        {
            return CandidateGate.Open(candidate, snapshot.GateCandidateRevision, its, content, kind);
        }
        catch (SetupException error)
        {
            trouble(error);
            return null;
        }
    }

    private static RoutingCatalogue CatalogueOf(CatalogueSnapshot snapshot, Func<PreparedBase, bool> hasTokenGate)
    {
        var experts = snapshot.Experts.Select(e => RoutableOf(e, snapshot, hasTokenGate)).ToLookup(e => e.Name == e.Base);
        return new RoutingCatalogue(experts[false].Concat(snapshot.Remotes.Select(RoutableOf)), experts[true], snapshot.Encoders.Select(e => e.Name));
    }

    private static RoutableExpert RoutableOf(PreparedRemote remote) => new(remote.Name, remote.Name, IsGeneralist: false, remote.Description)
    {
        Remote = remote.Remote,
        IsGated = remote.Gated,
        Revision = remote.Revision,
        BaseRevision = remote.Revision,
        HasTokenGate = false,
        Labels = remote.Labels,
        Cost = remote.Cost ?? RoutableExpert.UsualCost,
    };

    private static RoutableExpert RoutableOf(PreparedExpert expert, CatalogueSnapshot snapshot, Func<PreparedBase, bool> hasTokenGate) =>
        new(expert.Name, expert.Base, expert.Adapter is null, expert.Description)
        {
            Revision = expert.Revision,
            BaseRevision = Revisions.Of(snapshot.BasesByName[expert.Base].Folder),
            HasTokenGate = hasTokenGate(snapshot.BasesByName[expert.Base]),
            Vocabulary = snapshot.BasesByName[expert.Base].Vocabulary ?? "",
            IsGated = expert.Gated,
            Labels = expert.Labels,
            Cost = expert.Cost ?? RoutableExpert.UsualCost,
        };
}
