using System.Globalization;
using ExpertCluster.Node.Deadlines;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Transport;
using Grpc.Net.Client;

namespace ExpertCluster.Cli.Running;

/// <summary>A router and its hosts, as processes of this machine.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    /// <summary>What a stop may take in all, beside the drain: whatever still runs then is killed.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3);

    /// <summary>How long hosts are left alone at a stop, so that the router's streams can end.</summary>
    private static readonly TimeSpan HostsFollow = TimeSpan.FromSeconds(0.5);

    /// <summary>Of an answer: the desired state is the longest.</summary>
    public const int MostBytes = 32 << 20;

    private readonly List<ClusterNode> _nodes = [];
    private readonly TimeSpan _drain;
    private readonly PeerTransport _transport;
    private readonly TimeProvider _time;
    private readonly TextWriter _errors;
    private readonly LogFolder _logs;

    private RunningCluster(int httpPort, int grpcPort, ClusterLayout layout, TimeProvider time)
    {
        HttpAddress = string.Create(CultureInfo.InvariantCulture, $"{layout.Tls.Scheme}://127.0.0.1:{httpPort}");
        GrpcAddress = string.Create(CultureInfo.InvariantCulture, $"{layout.Tls.Scheme}://127.0.0.1:{grpcPort}");
        AdminAddress = layout.AdminPort == 0 ? GrpcAddress : string.Create(CultureInfo.InvariantCulture, $"{layout.Tls.Scheme}://127.0.0.1:{layout.AdminPort}");
        _transport = layout.Tls.Transport;
        _drain = TimeSpan.FromSeconds(layout.DrainSeconds);
        _time = time;
        _errors = layout.Errors;
        _logs = LogFolder.Open(layout.Logs, time);
    }

    public string HttpAddress { get; }

    public string GrpcAddress { get; }

    /// <summary>Of the admin API.</summary>
    public string AdminAddress { get; }

    /// <summary>Folder of its logs, and of the file in which its processes find each other.</summary>
    public string Logs => _logs.Path;

    /// <summary>For calls to it.</summary>
    public static DefaultDeadlines Deadlines { get; } = new(new TransportOptions(), TimeProvider.System);

    /// <summary>For calls that a signal ends.</summary>
    public static CallEnds Ends { get; } = new(TimeProvider.System);

    /// <summary>The router first, then the hosts.</summary>
    public IReadOnlyList<ClusterNode> Nodes => _nodes;

    public ClusterNode Router => _nodes[0];

    public IReadOnlyList<ClusterNode> Hosts => _nodes[1..];

    /// <summary>A channel to the router, for the caller to dispose of.</summary>
    public GrpcChannel OpenChannel() => OpenChannel(GrpcAddress);

    /// <summary>A channel to its admin API, for the caller to dispose of.</summary>
    public GrpcChannel OpenAdminChannel() => OpenChannel(AdminAddress);

    private GrpcChannel OpenChannel(string address) => GrpcChannel.ForAddress(
        address,
        new GrpcChannelOptions
        {
            HttpHandler = _transport.CreateHandler(),
            DisposeHttpClient = true,
            ThrowOperationCanceledOnCancellation = true,
            MaxReceiveMessageSize = MostBytes,
        });

    /// <summary>Starts everything and waits until requests are served.</summary>
    /// <exception cref="ClusterStartException">A process ended, or did not get ready in time.</exception>
    /// <param name="layout">What runs where.</param>
    /// <param name="progress">Told which process is ready.</param>
    /// <param name="time">Of patience and pauses.</param>
    /// <param name="cancellation">Stops what has started already.</param>
    /// <param name="health">Where health is asked, if not over the network.</param>
    public static async Task<RunningCluster> StartAsync(
        ClusterLayout layout, Action<string> progress, TimeProvider time, CancellationToken cancellation, HttpMessageHandler? health = null)
    {
        int[] ports = FreePorts.Take(NodeSpec.Ports * (1 + layout.Hosts));
        ports[0] = layout.HttpPort == 0 ? ports[0] : layout.HttpPort;
        ports[1] = layout.GrpcPort == 0 ? ports[1] : layout.GrpcPort;
        var cluster = new RunningCluster(ports[0], ports[1], layout, time);
        using var readiness = new Readiness(health ?? layout.Tls.Transport.CreateHttpHandler(), layout.Tls.Scheme, time);
        try
        {
            cluster.Start(NodeSpec.Router(layout, cluster._logs, PortsOf(0)));
            for (int i = 0; i < layout.Hosts; i++)
            {
                cluster.Start(NodeSpec.Host(i, layout, cluster._logs, PortsOf(1 + i)));
            }

            foreach (var host in cluster.Hosts)
            {
                await readiness.WaitAsync(host, cancellation);
                progress($"{host.Name} ready");
            }

            await readiness.WaitAsync(cluster.Router, cancellation);
            progress("router ready");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }

        ReadOnlySpan<int> PortsOf(int node) => ports.AsSpan(NodeSpec.Ports * node, NodeSpec.Ports);
    }

    /// <summary>
    /// Drains: the router first, so that nothing new reaches the hosts, then the hosts; what doesn't end is killed. It takes the
    /// drain and three seconds at most, in whatever order processes end.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(StopPatience + _drain, _time);
        if (_nodes.Count > 0)
        {
            Router.Process.Terminate();
            using var follow = new CancellationTokenSource(HostsFollow + _drain, _time);
            await EndedAsync([Router], follow.Token);
            foreach (var host in Hosts)
            {
                host.Process.Terminate();
            }

            if (!await EndedAsync(_nodes, patience.Token))
            {
                var late = _nodes.Where(n => !n.Process.HasExited).Select(n => n.Name);
                await _errors.WriteLineAsync($"not all of {string.Join(", ", late)} ended in time; they are killed");
            }
        }

        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _logs.Dispose();
    }

    /// <returns>Whether all ended before the token was cancelled.</returns>
    private static async Task<bool> EndedAsync(IReadOnlyList<ClusterNode> nodes, CancellationToken patience)
    {
        try
        {
            await Task.WhenAll(nodes.Select(n => n.Process.WaitForExitAsync(patience)));
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Start(NodeSpec spec) => _nodes.Add(new ClusterNode(spec, _errors, _time));
}
