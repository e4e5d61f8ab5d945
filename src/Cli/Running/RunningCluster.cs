using System.Globalization;
using ExpertCluster.Cluster.Deadlines;
using ExpertCluster.Cluster.Options;
using ExpertCluster.Cluster.Transport;
using Grpc.Net.Client;

namespace ExpertCluster.Cli.Running;

/// <summary>A router and its hosts, as processes of this machine.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    /// <summary>Longer than the children's own drain limit.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(50);

    private readonly List<ChildProcess> _children = [];
    private readonly PeerTransport _transport;
    private readonly TimeProvider _time;

    private RunningCluster(int httpPort, int grpcPort, ClusterTls tls, TimeProvider time)
    {
        HttpAddress = string.Create(CultureInfo.InvariantCulture, $"{tls.Scheme}://127.0.0.1:{httpPort}");
        GrpcAddress = string.Create(CultureInfo.InvariantCulture, $"{tls.Scheme}://127.0.0.1:{grpcPort}");
        _transport = tls.Transport;
        _time = time;
    }

    public string HttpAddress { get; }

    public string GrpcAddress { get; }

    /// <summary>For calls to it.</summary>
    public static DefaultDeadlines Deadlines { get; } = new(new TransportOptions(), TimeProvider.System);

    public ChildProcess Router => _children[0];

    public IReadOnlyList<ChildProcess> Hosts => _children[1..];

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
        var cluster = new RunningCluster(http, grpc, layout.Tls, time);
        using var readiness = new Readiness(layout.Tls, time);
        try
        {
            string primary = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{free[2]}");
            cluster.Start("router", ["ExpertCluster.Router.dll"], layout, [http, grpc, free[2], free[3]], []);
            await readiness.WaitAsync(cluster.Router, http, "/health/live", cancellation);
            progress("router started");
            int[] hostPorts = new int[layout.Hosts];
            for (int i = 0; i < layout.Hosts; i++)
            {
                int[] ports = free[(4 + (4 * i))..(8 + (4 * i))];
                hostPorts[i] = ports[0];
                cluster.Start(
                    string.Create(CultureInfo.InvariantCulture, $"host-{i}"),
                    layout.HostProgram,
                    layout,
                    ports,
                    new() { ["Primary"] = primary, ["Runtime__Threads"] = layout.ThreadsPerHost });
            }

            for (int i = 0; i < layout.Hosts; i++)
            {
                await readiness.WaitAsync(cluster.Hosts[i], hostPorts[i], "/health/ready", cancellation);
                progress($"{cluster.Hosts[i].Name} ready");
            }

            await readiness.WaitAsync(cluster.Router, http, "/health/ready", cancellation);
            progress("router ready");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Drains: the router first, so that nothing new reaches the hosts, then the hosts; what doesn't end is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_children.Count > 0)
        {
            await StopAsync([Router]);
            await StopAsync(Hosts);
        }

        foreach (var child in _children)
        {
            await child.DisposeAsync();
        }
    }

    private async Task StopAsync(IReadOnlyList<ChildProcess> children)
    {
        foreach (var child in children)
        {
            child.Terminate();
        }

        using var patience = new CancellationTokenSource(StopPatience, _time);
        try
        {
            await Task.WhenAll(children.Select(c => c.WaitForExitAsync(patience.Token)));
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"not all of {string.Join(", ", children.Select(c => c.Name))} ended in time; they are killed");
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
        };
        foreach (var (key, value) in more.Concat(layout.Tls.Settings))
        {
            settings[key] = value;
        }

        _children.Add(ChildProcess.Start(
            name,
            [Path.Combine(AppContext.BaseDirectory, program[0]), .. program.Skip(1)],
            settings.ToDictionary(s => $"EXPERTCLUSTER__{s.Key.ToUpperInvariant()}", s => s.Value),
            Path.Combine(layout.Logs, $"{name}.log")));

        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
    }
}
