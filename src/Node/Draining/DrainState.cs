namespace ExpertCluster.Node.Draining;

/// <summary>Whether this process drains: SIGTERM came, and nothing new is taken.</summary>
public sealed class DrainState
{
    private volatile bool _draining;

    public bool Draining => _draining;

    public void Begin() => _draining = true;
}
