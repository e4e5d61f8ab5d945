namespace ExpertCluster.Router.Health;

/// <summary>Whether the router drains.</summary>
internal sealed class RouterState
{
    private volatile bool _draining;

    public bool Draining => _draining;

    public void BeginDrain() => _draining = true;
}
