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

    private readonly List<ClusterNode> _nodes = [];
    private readonly TimeSpan _drain;
    private readonly PeerTransport _transport;
    private readonly TimeProvider _time;

    private RunningCluster(int httpPort, int grpcPort, ClusterLayout layout, TimeProvider time)
    {
        HttpAddress = string.Create(CultureInfo.InvariantCulture, $"{layout.Tls.Scheme}://127.0.0.1:{httpPort}");
        GrpcAddress = string.Create(CultureInfo.InvariantCulture, $"{layout.Tls.Scheme}://127.0.0.1:{grpcPort}");
        _transport = layout.Tls.Transport;
        _drain = TimeSpan.FromSeconds(layout.DrainSeconds);
        _time = time;
    }

    public string HttpAddress { get; }

    public string GrpcAddress { get; }

    /// <summary>For calls to it.</summary>
    public static DefaultDeadlines Deadlines { get; } = new(new TransportOptions(), TimeProvider.System);

    /// <summary>The router first, then the hosts.</summary>
    public IReadOnlyList<ClusterNode> Nodes => _nodes;

    public ClusterNode Router => _nodes[0];

    public IReadOnlyList<ClusterNode> Hosts => _nodes[1..];

    /// <summary>A channel to the router, for the caller to dispose of.</summary>
    public GrpcChannel OpenChannel() => GrpcChannel.ForAddress(
        GrpcAddress, new GrpcChannelOptions { HttpHandler = _transport.CreateHandler(), DisposeHttpClient = true });

    /// <summary>Starts everything and waits until requests are served.</summary>
    /// <exception cref="ClusterStartException">A process ended, or did not get ready in time.</exception>
    public static async Task<RunningCluster> StartAsync(ClusterLayout layout, Action<string> progress, TimeProvider time, CancellationToken cancellation)
    {
        Directory.CreateDirectory(layout.Logs);
        int[] free = FreePorts.Take(4 + (4 * layout.Hosts));
        int http = layout.HttpPort == 0 ? free[0] : layout.HttpPort;
        int grpc = layout.GrpcPort == 0 ? free[1] : layout.GrpcPort;
        var cluster = new RunningCluster(http, grpc, layout, time);
        using var readiness = new Readiness(layout.Tls, time);
        try
        {
            cluster.Start("router", ["ExpertCluster.Router.dll"], layout, [http, grpc, free[2], free[3]], []);
            for (int i = 0; i < layout.Hosts; i++)
            {
                cluster.Start(
                    string.Create(CultureInfo.InvariantCulture, $"host-{i}"),
                    layout.HostProgram,
                    layout,
                    free[(4 + (4 * i))..(8 + (4 * i))],
                    new() { ["Runtime__Threads"] = layout.ThreadsPerHost });
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
                await Console.Error.WriteLineAsync($"not all of {string.Join(", ", late)} ended in time; they are killed");
            }
        }

        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
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

    private void Start(string name, IReadOnlyList<string> program, ClusterLayout layout, int[] ports, Dictionary<string, string> more)
    {
        Dictionary<string, string> settings = new()
        {
            ["Name"] = name,
            ["Prepared"] = layout.Prepared,
            ["HttpPort"] = Text(ports[0]),
            ["GrpcPort"] = Text(ports[1]),
            ["SiloPort"] = Text(ports[2]),
            ["GatewayPort"] = Text(ports[3]),
            ["StopWithInput"] = "true",
            ["Clustering__File"] = Path.Combine(layout.Logs, "members.json"),
            ["DrainSeconds"] = Text(layout.DrainSeconds),
        };
        foreach (var (key, value) in more.Concat(layout.Tls.Settings))
        {
            settings[key] = value;
        }

        _nodes.Add(new ClusterNode(new NodeSpec(
            name,
            [Path.Combine(AppContext.BaseDirectory, program[0]), .. program.Skip(1)],
            settings.ToDictionary(s => $"EXPERTCLUSTER__{s.Key.ToUpperInvariant()}", s => s.Value),
            Path.Combine(layout.Logs, $"{name}.log"),
            ports[0])));

        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
    }
}
