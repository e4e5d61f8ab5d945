using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Fabric.Placement;

/// <summary>
/// The latest <see cref="ClusterView"/> this process has seen: an immutable snapshot behind one volatile reference.
/// Written by the process's reporter or poller, read by placement and dispatch.
/// </summary>
public sealed class ClusterViewCache
{
    private volatile ClusterView _view = ClusterView.Empty;

    public ClusterView Current => _view;

    public void Update(ClusterView view) => _view = view;
}
