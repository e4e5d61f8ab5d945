using ExpertCluster.Drills.Stores;
using ExpertCluster.Drills.Support;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;

namespace ExpertCluster.Drills.Starts;

/// <summary>A router and hosts that come up one after the other, in a drawn order and at drawn moments.</summary>
internal sealed class StartedCluster : IAsyncDisposable
{
    private const int LongestPauseMilliseconds = 1500;

    private readonly Node?[] _nodes;
    private readonly Task _starting;
    private RouterClient? _client;

    /// <param name="machines">The router's, then the hosts'.</param>
    /// <param name="store">Where members find each other.</param>
    /// <param name="catalogue">What is served.</param>
    /// <param name="hosts">How many come up.</param>
    /// <param name="draw">Order and moments.</param>
    public StartedCluster(IReadOnlyList<Machine> machines, IStore store, DrawnCatalogue catalogue, int hosts, Random draw)
    {
        _nodes = new Node?[hosts + 1];
        int[] order = [.. Enumerable.Range(0, _nodes.Length)];
        draw.Shuffle(order);
        int[] pauses = [.. order.Select(_ => draw.Next(2) * draw.Next(LongestPauseMilliseconds))];
        Order = string.Join(' ', order.Select((n, i) => FormattableString.Invariant($"{(n == 0 ? "router" : "host")}+{pauses[i]}")));
        _starting = Task.Run(async () =>
        {
            for (int i = 0; i < order.Length; i++)
            {
                int node = order[i];
                string name = node == 0 ? "router" : FormattableString.Invariant($"host-{node - 1}");
                await Task.Delay(TimeSpan.FromMilliseconds(pauses[i]), TimeProvider.System, TestContext.Current.CancellationToken);
                var settings = NodeSettings.Of(name, store, catalogue.Prepared);
                settings["ROUTER__ADMIN"] = "on";
                Volatile.Write(ref _nodes[node], new Node(machines[node], node == 0 ? "Router" : "ExpertHost", settings));
            }
        });
    }

    /// <summary>Who came when, with the milliseconds before it.</summary>
    public string Order { get; }

    /// <summary>Once <see cref="ServesAsync"/> has returned.</summary>
    public RouterClient Client => _client!;

    /// <summary>The router is ready, as it is once it knows of a ready host.</summary>
    /// <returns>When both a host was ready and the router up: what comes later the cluster owes.</returns>
    public async Task<long> ServesAsync()
    {
        long? since = null;
        await Node.UntilAsync(async () =>
        {
            if (since is null && await IsAsync(0, "/health/live") && (await Task.WhenAll(Enumerable.Range(1, _nodes.Length - 1).Select(i => IsAsync(i, "/health/ready")))).Contains(true))
            {
                since = TimeProvider.System.GetTimestamp();
            }

            return since is not null && await IsAsync(0, "/health/ready");
        });
        _client = new RouterClient(_nodes[0]!);
        return since!.Value;
    }

    /// <summary>All are ready, and the router knows it.</summary>
    public async Task AllReadyAsync()
    {
        await _starting;
        await Task.WhenAll(_nodes.Select(n => n!.ReadyAsync()));
        await Node.UntilAsync(async () => (await Client.Admin.ListHostsAsync(new ListHostsRequest(), cancellationToken: TestContext.Current.CancellationToken))
            .Hosts.Count(h => h.Answers && h.Bases.Count > 0) == _nodes.Length - 1);
    }

    /// <summary>Asks each for a few tokens, all at once; a refusal fails the drill.</summary>
    public Task<Answer[]> AskAsync(IEnumerable<string> models) => Task.WhenAll(models.Select((model, i) => Client.Completions.AskAsync(
        Requests.Chat(model, FormattableString.Invariant($"{i}. Which court decides on the Kolar lease?"), 4))));

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await _starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var node in _nodes.OfType<Node>())
        {
            if (node.HasExited)
            {
                // Shown where the drill fails.
                TestContext.Current.TestOutputHelper?.WriteLine($"{node.Name} ended with {node.ExitCode}:\n{node.LastLines}");
            }

            await node.DisposeAsync();
        }
    }

    private async Task<bool> IsAsync(int node, string path)
    {
        if (Volatile.Read(ref _nodes[node]) is not { } started)
        {
            return false;
        }

        Assert.False(started.HasExited, started.Output);
        return await started.GetAsync(path) is { Status: 200 };
    }
}
