using System.Collections.Frozen;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>What plans are made from, as of one version of the catalogue: names, and the gate that was made for them. Immutable.</summary>
internal sealed class RoutingState(
    long version, RoutingCatalogue catalogue, FrozenDictionary<string, PreparedVersion> canaries, IRequestGate? gate, string gateRevision) : IDisposable
{
    public long Version => version;

    public RoutingCatalogue Catalogue => catalogue;

    /// <summary>By the expert's name; most experts have none.</summary>
    public FrozenDictionary<string, PreparedVersion> Canaries => canaries;

    /// <summary>Null where the catalogue gates no expert.</summary>
    public IRequestGate? Gate => gate;

    /// <summary>Of the gates that `prepare` trained; empty where there are none.</summary>
    public string GateRevision => gateRevision;

    /// <param name="snapshot">Of the catalogue.</param>
    /// <param name="kind">Makes the gate.</param>
    /// <exception cref="Contracts.SetupException">The gate is not what was prepared, or can't be used.</exception>
    public static RoutingState Of(CatalogueSnapshot snapshot, IGateKind kind)
    {
        var experts = snapshot.Experts.Select(e => RoutableOf(e, snapshot)).ToLookup(e => e.Name == e.Base);
        var catalogue = new RoutingCatalogue(experts[false], experts[true]);
        Func<string>? trained = snapshot.Gates is { } gates ? () => gates.Check("the request gate", "request/") : null;
        var canaries = snapshot.Experts.Where(e => e.Canary is not null).ToFrozenDictionary(e => e.Name, e => e.Canary!, StringComparer.Ordinal);
        return new RoutingState(snapshot.Version, catalogue, canaries, kind.Open(new GateInputs(catalogue.Experts, trained)), snapshot.GateRevision);
    }

    /// <summary>The gate goes with the last who uses it.</summary>
    public void Dispose() => (gate as IDisposable)?.Dispose();

    private static RoutableExpert RoutableOf(PreparedExpert expert, CatalogueSnapshot snapshot) =>
        new(expert.Name, expert.Base, expert.Adapter is null, expert.Description)
        {
            Revision = expert.Revision,
            BaseRevision = Revisions.Of(snapshot.BasesByName[expert.Base].Folder),
            Labels = expert.Labels,
        };
}
