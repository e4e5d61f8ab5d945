namespace ExpertCluster.Cli.Running;

/// <summary>One place in the cluster, and the process that fills it now.</summary>
internal sealed class ClusterNode(NodeSpec spec) : IAsyncDisposable
{
    private volatile ChildProcess _process = ChildProcess.Start(spec);

    public string Name => spec.Name;

    public int HttpPort => spec.HttpPort;

    public ChildProcess Process => _process;

    /// <summary>Starts it again; the process before it has ended.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _process = ChildProcess.Start(spec);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
