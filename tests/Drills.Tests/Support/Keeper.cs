using System.Collections.Concurrent;
using System.Globalization;

namespace ExpertCluster.Drills.Support;

/// <summary>`keep` on a machine of its own: prepares a catalogue as its file and the admin API want it, and gives it to nodes over HTTP.</summary>
internal sealed class Keeper : IAsyncDisposable
{
    private const int Port = 8090;

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly RunningProgram _process;

    /// <param name="machine">Where it runs.</param>
    /// <param name="catalogue">The file; adapters that the admin API names lie below its folder.</param>
    /// <param name="router">The machine of the router that it listens to.</param>
    /// <param name="folder">Where it prepares.</param>
    public Keeper(Machine machine, string catalogue, Machine router, string folder)
    {
        Address = string.Create(CultureInfo.InvariantCulture, $"http://{machine.Address}:{Port}/");
        string grpc = string.Create(CultureInfo.InvariantCulture, $"http://{router.Address}:{Node.GrpcPort}");
        _process = new RunningProgram(
            machine,
            ["Cli", "keep", "--config", catalogue, "--grpc-address", grpc, "--listen", Address.TrimEnd('/'), folder],
            new Dictionary<string, string>(),
            _lines);
    }

    /// <summary>What nodes are given as their prepared folder.</summary>
    public string Address { get; }

    public string LastLines => string.Join('\n', _lines.TakeLast(20));

    /// <summary>The catalogue's file has been prepared, and nodes can read it.</summary>
    public Task PreparedAsync() => Node.UntilAsync(() =>
    {
        Assert.False(_process.HasExited, LastLines);
        return Task.FromResult(_lines.Any(line => line.StartsWith("prepared ", StringComparison.Ordinal)));
    });

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
