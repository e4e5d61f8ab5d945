using ExpertCluster.Node.Draining;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>A host is ready when the bases that it started with are loaded.</summary>
internal sealed class HostReadiness : IReadiness
{
    private volatile bool _loaded;

    public string? Lacks => _loaded ? null : "loading its bases";

    public void MarkLoaded() => _loaded = true;
}
