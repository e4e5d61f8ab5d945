using System.Diagnostics;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Net.Client;

namespace ExpertCluster.SystemTests.Support;

/// <summary>
/// A router and hosts that nobody but the test starts, each told where its own prepared folder is, with a home and a cache
/// that don't exist.
/// </summary>
internal sealed class NodeGroup : IAsyncDisposable
{
    private const int PortsOfANode = 4;

    private static readonly string[] Ports = ["HTTPPORT", "GRPCPORT", "SILOPORT", "GATEWAYPORT"];

    private readonly List<Process> _processes = [];
    private readonly List<Task<string>> _errors = [];
    private readonly List<Task<string>> _logs = [];
    private readonly GrpcChannel _channel;

    private NodeGroup(int grpcPort)
    {
        _channel = GrpcChannel.ForAddress(new Uri($"http://127.0.0.1:{grpcPort}"));
        Client = new Completions.CompletionsClient(_channel);
    }

    public Completions.CompletionsClient Client { get; }

    /// <summary>Starts them and waits until all are ready.</summary>
    public static async Task<NodeGroup> StartAsync(string routerFolder, params string[] hostFolders)
    {
        int[] ports = FreePorts.Take(PortsOfANode * (1 + hostFolders.Length));
        var group = new NodeGroup(ports[1]);
        try
        {
            group.Start("Router", "router", routerFolder, ports[..PortsOfANode]);
            for (int i = 0; i < hostFolders.Length; i++)
            {
                group.Start("ExpertHost", $"host-{i}", hostFolders[i], ports[(PortsOfANode * (i + 1))..(PortsOfANode * (i + 2))]);
            }

            using var http = new HttpClient();
            await Task.WhenAll(Enumerable.Range(0, group._processes.Count).Reverse().Select(i => group.WaitAsync(http, i, ports[PortsOfANode * i])));
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends all; what they logged.</summary>
    public async Task<string> StopAsync()
    {
        await DisposeAsync();
        return string.Concat(await Task.WhenAll(_logs));
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }

        _processes.Clear();
    }

    /// <param name="name">Of the node.</param>
    /// <param name="prepared">Its prepared folder; the nodes of a group find each other in a file beside it.</param>
    /// <param name="ports">Four.</param>
    public static IEnumerable<(string Name, string? Value)> Settings(string name, string prepared, int[] ports)
    {
        string members = Path.Combine(Path.GetDirectoryName(prepared)!, "members.json");
        (string Name, string Value)[] settings =
        [
            ("NAME", name), ("PREPARED", prepared), ("CLUSTERING__FILE", members), .. Ports.Zip(ports, (key, port) => (key, $"{port}")),
        ];
        return settings.Select(s => (NodeProcess.Prefix + s.Name, (string?)s.Value));
    }

    private void Start(string program, string name, string prepared, int[] ports)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", TestCluster.ProgramPath(program)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string nowhere = Path.Combine(prepared, "..", "nowhere");
        (string Name, string? Value)[] settings =
        [
            .. Settings(name, prepared, ports),
            (NodeProcess.Prefix + "STOPWITHINPUT", "true"),
            (NodeProcess.Prefix + "RUNTIME__THREADS", "1"),
            ("HOME", nowhere),
            ("EXPERTCLUSTER_CACHE", nowhere),
        ];
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start)!;
        _logs.Add(process.StandardOutput.ReadToEndAsync());
        _errors.Add(process.StandardError.ReadToEndAsync());
        _processes.Add(process);
    }

    private async Task WaitAsync(HttpClient http, int index, int port)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await IsReadyAsync(http, port))
        {
            if (_processes[index].HasExited)
            {
                throw new InvalidOperationException($"a process ended: {await _errors[index]}");
            }

            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, int port)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }
}
