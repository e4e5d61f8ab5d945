using System.Diagnostics;
using ExpertCluster.Node.Transport;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core.Interceptors;
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

    private readonly List<Node> _nodes = [];
    private readonly List<Process> _processes = [];
    private readonly List<Task<string>> _errors = [];
    private readonly List<Task<string>> _logs = [];
    private readonly GrpcChannel _channel;

    private NodeGroup(int grpcPort)
    {
        _channel = GrpcChannel.ForAddress(new Uri($"http://127.0.0.1:{grpcPort}"));
        Client = new Completions.CompletionsClient(_channel.Intercept(new CallEnds(TimeProvider.System)));
    }

    public Completions.CompletionsClient Client { get; }

    /// <summary>Starts them and waits until all are ready.</summary>
    public static Task<NodeGroup> StartAsync(string routerFolder, params string[] hostFolders) =>
        StartAsync([.. hostFolders.Prepend(routerFolder).Select(folder => new NodePlace(folder, Path.GetDirectoryName(folder)!))]);

    /// <summary>Starts a router, the first of them, and hosts, and waits until all are ready.</summary>
    public static async Task<NodeGroup> StartAsync(params NodePlace[] places)
    {
        int[] ports = FreePorts.Take(PortsOfANode * places.Length);
        var group = new NodeGroup(ports[1]);
        try
        {
            for (int i = 0; i < places.Length; i++)
            {
                int[] own = ports[(PortsOfANode * i)..(PortsOfANode * (i + 1))];
                group._nodes.Add(i == 0 ? new Node("Router", "router", places[i], own) : new Node("ExpertHost", $"host-{i - 1}", places[i], own));
                group.Start(i);
            }

            await Task.WhenAll(Enumerable.Range(0, places.Length).Reverse().Select(group.WaitAsync));
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends one: 0 is the router, 1 the first host.</summary>
    public async Task KillAsync(int index)
    {
        _processes[index].Kill(entireProcessTree: true);
        await _processes[index].WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Starts one anew that was killed, and waits until it is ready.</summary>
    public Task ReviveAsync(int index)
    {
        _processes[index].Dispose();
        Start(index);
        return WaitAsync(index);
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
    public static IEnumerable<(string Name, string? Value)> Settings(string name, string prepared, int[] ports) =>
        Settings(name, new NodePlace(prepared, Path.GetDirectoryName(prepared)!), ports);

    public static IEnumerable<(string Name, string? Value)> Settings(string name, NodePlace place, int[] ports)
    {
        string members = Path.Combine(place.Home, "members.json");
        (string Name, string Value)[] settings =
        [
            ("NAME", name), ("PREPARED", place.Prepared), ("CLUSTERING__FILE", members), .. Ports.Zip(ports, (key, port) => (key, $"{port}")),
        ];
        return settings.Select(s => (NodeProcess.Prefix + s.Name, (string?)s.Value));
    }

    private void Start(int index)
    {
        var (program, name, place, ports) = _nodes[index];
        var start = new ProcessStartInfo("dotnet", ["exec", TestCluster.ProgramPath(program)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string nowhere = Path.Combine(place.Home, "nowhere");
        (string Name, string? Value)[] settings =
        [
            .. Settings(name, place, ports),
            (NodeProcess.Prefix + "STOPWITHINPUT", "true"),
            (NodeProcess.Prefix + "RUNTIME__THREADS", "1"),
            ("HOME", nowhere),
            ("EXPERTCLUSTER_CACHE", nowhere),
            .. place.Environment,
        ];
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start)!;
        _logs.Add(process.StandardOutput.ReadToEndAsync());
        var errors = process.StandardError.ReadToEndAsync();
        if (index < _processes.Count)
        {
            (_processes[index], _errors[index]) = (process, errors);
        }
        else
        {
            _processes.Add(process);
            _errors.Add(errors);
        }
    }

    private async Task WaitAsync(int index)
    {
        using var http = new HttpClient();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await IsReadyAsync(http, _nodes[index].Ports[0]))
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

    private sealed record Node(string Program, string Name, NodePlace Place, int[] Ports);
}

/// <summary>What one node of a group is told.</summary>
/// <param name="Prepared">Its catalogue.</param>
/// <param name="Home">The folder in which the nodes of the group find each other.</param>
internal sealed record NodePlace(string Prepared, string Home)
{
    /// <summary>Whole names.</summary>
    public IReadOnlyList<(string Name, string? Value)> Environment { get; init; } = [];
}
