using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>What plans are made from, as of one version of the catalogue: names, and the gate that was made for them. Immutable.</summary>
internal sealed class RoutingState(long version, RoutingCatalogue catalogue, IRequestGate? gate)
{
    private readonly Lock _lock = new();
    private int _users;
    private bool _isOld;

    public long Version => version;

    public RoutingCatalogue Catalogue => catalogue;

    /// <summary>Null where the catalogue gates no expert.</summary>
    public IRequestGate? Gate => gate;

    /// <param name="snapshot">Of the catalogue.</param>
    /// <param name="kind">Makes the gate.</param>
    /// <exception cref="Contracts.SetupException">The gate is not what was prepared, or can't be used.</exception>
    public static RoutingState Of(CatalogueSnapshot snapshot, IGateKind kind)
    {
        var catalogue = new RoutingCatalogue(
            snapshot.Experts.Where(e => e.Name != e.Base).Select(e => new RoutableExpert(e.Name, e.Base, e.Adapter is null, e.Description)),
            snapshot.Bases.Select(b => b.Name));
        Func<string>? trained = snapshot.Gates is { } gates ? () => gates.Check("the request gate", "request/") : null;
        return new RoutingState(snapshot.Version, catalogue, kind.Open(new GateInputs(catalogue.Experts, trained)));
    }

    /// <summary>Keeps the gate for a piece of work; false where this state is no longer the current one and its gate may be gone.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_isOld)
            {
                return false;
            }

            _users++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (--_users > 0 || !_isOld)
            {
                return;
            }
        }

        DisposeOfGate();
    }

    /// <summary>Another state has taken its place: the gate goes with the last who uses it.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _isOld = true;
            if (_users > 0)
            {
                return;
            }
        }

        DisposeOfGate();
    }

    private void DisposeOfGate() => (gate as IDisposable)?.Dispose();
}
