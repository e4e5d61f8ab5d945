namespace ExpertCluster.Cli.Running;

/// <summary>One place in the cluster, and the process that fills it now.</summary>
/// <param name="spec">What is started, and started again.</param>
/// <param name="errors">Told where its log can't be written.</param>
/// <param name="time">Of the log.</param>
internal sealed class ClusterNode(NodeSpec spec, TextWriter errors, TimeProvider time) : IAsyncDisposable
{
    private volatile ChildProcess _process = ChildProcess.Start(spec, errors, time);

    public string Name => spec.Name;

    public int HttpPort => spec.HttpPort;

    public ChildProcess Process => _process;

    /// <summary>Starts it again; the process before it has ended.</summary>
    /// <exception cref="ClusterStartException">It could not be started.</exception>
    public async Task RestartAsync()
    {
        var ended = _process;
        _process = ChildProcess.Start(spec, errors, time);
        await ended.DisposeAsync();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
