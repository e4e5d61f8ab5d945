using ExpertCluster.Cluster.Catalogue;
using ExpertCluster.Gating.Serving;

namespace ExpertCluster.Router.Planning;

/// <summary>The request gate of this cluster; none where the catalogue gates no expert.</summary>
internal sealed class GateSource : IDisposable
{
    private readonly RequestGate? _gate;

    private GateSource(RequestGate? gate) => _gate = gate;

    public IRequestGate? Gate => _gate;

    public static GateSource Open(PreparedCatalogue catalogue) =>
        new(catalogue.Gates is { } folder ? RequestGate.Load(folder) : null);

    public void Dispose() => _gate?.Dispose();
}
