using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Gating;
using ExpertCluster.Gating.Serving;

namespace ExpertCluster.Router.Planning;

/// <summary>The request gate of this cluster; none where the catalogue gates no expert.</summary>
internal sealed class GateSource : IDisposable
{
    private readonly RequestGate? _gate;

    private GateSource(RequestGate? gate) => _gate = gate;

    public IRequestGate? Gate => _gate;

    /// <exception cref="CatalogueException">The gate is not what was prepared, or can't be used.</exception>
    public static GateSource Open(PreparedCatalogue catalogue)
    {
        try
        {
            return new(catalogue.Gates is { } gates ? RequestGate.Load(gates.Check("the request gate", "request/")) : null);
        }
        catch (GateFormatException error)
        {
            throw new CatalogueException($"the request gate can't be used: {error.Message}", error);
        }
    }

    public void Dispose() => _gate?.Dispose();
}
