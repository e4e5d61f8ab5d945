using ExpertCluster.Node.Draining;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>A host is ready when the bases are loaded that every host runs, and those that it was told to run when it joined.</summary>
internal sealed class HostReadiness : IReadiness
{
    private volatile string? _lacks = "loading its bases";

    public string? Lacks => _lacks;

    /// <summary>What every host runs is there.</summary>
    public void MarkWaiting() => _lacks = "waiting to be told which bases it runs";

    public void MarkLoaded() => _lacks = null;
}
