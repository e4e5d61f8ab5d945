namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>Where the process stands between start and exit.</summary>
internal sealed class HostState
{
    private volatile bool _ready;
    private volatile bool _draining;

    /// <summary>The bases are loaded; requests can be served.</summary>
    public bool Ready => _ready && !_draining;

    /// <summary>SIGTERM came: nothing new is taken.</summary>
    public bool Draining => _draining;

    public void MarkReady() => _ready = true;

    public void BeginDrain() => _draining = true;
}
