using System.Globalization;
using ExpertCluster.Cli.Running;

namespace ExpertCluster.Bench.Latency;

/// <summary>The bare exchanges' processes: a source, and a relay where the router stands in the stack.</summary>
internal sealed class BareProcesses : IAsyncDisposable
{
    private readonly List<ClusterNode> _children = [];
    private readonly List<StampClient> _clients = [];

    public IReadOnlyList<IStampedExchange> Exchanges => _clients;

    public static async Task<BareProcesses> StartAsync(string logs, int size, CancellationToken cancellation)
    {
        var processes = new BareProcesses();
        try
        {
            int[] ports = FreePorts.Take(4);
            var tls = new ClusterTls(folder: null);
            using var readiness = new Readiness(tls.Transport.CreateHttpHandler(), tls.Scheme, TimeProvider.System);
            var source = processes.Start(logs, LatencyProcess.Source, ports[0], ports[1]);
            var relay = processes.Start(logs, LatencyProcess.Relay, ports[2], ports[3], ports[0]);
            await readiness.WaitAsync(source, cancellation);
            await readiness.WaitAsync(relay, cancellation);
            processes._clients.Add(new StampClient(
                "bare HTTP/2, one hop", At(ports[0]), size, new Dictionary<string, int> { ["source"] = source.Process.Id }));
            processes._clients.Add(new StampClient(
                "bare HTTP/2, two hops", At(ports[2]), size, new Dictionary<string, int> { ["source"] = source.Process.Id, ["between"] = relay.Process.Id }));
            return processes;
        }
        catch
        {
            await processes.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        foreach (var child in _children)
        {
            await child.DisposeAsync();
        }
    }

    private static Uri At(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

    /// <param name="logs">Folder of its log.</param>
    /// <param name="role">What it does.</param>
    /// <param name="ports">Its own, the second of them for its health; then those that it calls.</param>
    private ClusterNode Start(string logs, string role, params int[] ports)
    {
        string assembly = Path.GetFileName(typeof(BareProcesses).Assembly.Location);
        var spec = new NodeSpec(
            role,
            [.. ClusterLayout.Assembly(assembly), LatencyProcess.Name, role, .. ports.Select(p => p.ToString(CultureInfo.InvariantCulture))],
            new Dictionary<string, string>(),
            Path.Combine(logs, $"{role}.log"),
            ports[1]);
        var child = new ClusterNode(spec, Console.Error, TimeProvider.System);
        _children.Add(child);
        return child;
    }
}
