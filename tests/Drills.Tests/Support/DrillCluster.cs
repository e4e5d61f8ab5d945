using System.Globalization;
using ExpertCluster.Drills.Stores;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;

namespace ExpertCluster.Drills.Support;

/// <summary>Routers, hosts, a store and perhaps a keeper, each on a machine of its own.</summary>
internal sealed class DrillCluster : IAsyncDisposable
{
    private readonly DrillShape _shape;
    private readonly List<Node> _routers = [];
    private readonly List<Node> _hosts = [];
    private readonly List<RouterClient> _clients = [];
    private readonly TemporaryFolder _folder = new();
    private string _prepared = "";
    private Keeper? _keeper;

    private DrillCluster(DrillShape shape, Network network, IStore store) => (_shape, Network, Store) = (shape, network, store);

    public Network Network { get; }

    public IStore Store { get; }

    public Node Router => _routers[0];

    public IReadOnlyList<Node> Hosts => _hosts;

    public Completions.CompletionsClient Client => _clients[0].Completions;

    /// <summary>One a router, in their order.</summary>
    public IReadOnlyList<RouterClient> Clients => _clients;

    /// <summary>The routers, then the hosts.</summary>
    public IReadOnlyList<Node> Nodes => [.. _routers, .. _hosts];

    /// <summary>All nodes start at once, the store before them or not at all.</summary>
    public static Task<DrillCluster> StartAsync(string kind, int hosts, bool withStore = true, Dictionary<string, string>? more = null) =>
        StartAsync(new DrillShape(kind, hosts) { WithStore = withStore, Settings = more ?? [] });

    /// <summary>All nodes start at once, the store and the keeper before them.</summary>
    public static async Task<DrillCluster> StartAsync(DrillShape shape)
    {
        var network = await Network.CreateAsync();
        var machine = await network.AddAsync();
        var cluster = new DrillCluster(shape, network, shape.Store == "redis" ? new RedisServer(machine) : new PostgresServer(machine));
        try
        {
            await cluster.StartAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public static Task<DrillCluster> StartReadyAsync(string kind, int hosts) => StartReadyAsync(new DrillShape(kind, hosts));

    public static async Task<DrillCluster> StartReadyAsync(DrillShape shape)
    {
        var cluster = await StartAsync(shape);
        try
        {
            await cluster.ReadyAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>One more host, on a machine of its own.</summary>
    public async Task<Node> AddHostAsync()
    {
        var host = NodeOn(await Network.AddAsync(), _shape.Host, string.Create(CultureInfo.InvariantCulture, $"host-{_hosts.Count}"));
        _hosts.Add(host);
        return host;
    }

    /// <summary>Every node is ready, and every expert has its replicas.</summary>
    public async Task ReadyAsync()
    {
        foreach (var node in Nodes)
        {
            await node.ReadyAsync();
        }

        await Node.UntilAsync(async () => (await HostsOfAsync(DrillCatalogue.Single)).Count == 1
            && (await HostsOfAsync(DrillCatalogue.Twofold)).Count == Math.Min(2, Hosts.Count));
    }

    /// <summary>The hosts that have the expert, by their own metrics.</summary>
    public async Task<List<Node>> HostsOfAsync(string expert)
    {
        List<Node> found = [];
        foreach (var host in Hosts)
        {
            if (await host.GetAsync("/metrics") is { Text: var text } && text.Contains($"expert_cluster_expert_loaded{{expert=\"{expert}\"}} 1\n", StringComparison.Ordinal))
            {
                found.Add(host);
            }
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        foreach (var node in Nodes)
        {
            await node.DisposeAsync();

            // Shown where the drill fails.
            TestContext.Current.TestOutputHelper?.WriteLine($"{node.Name} at the end:\n{node.LastLines}");
        }

        if (_keeper is not null)
        {
            await _keeper.DisposeAsync();
            TestContext.Current.TestOutputHelper?.WriteLine($"keeper at the end:\n{_keeper.LastLines}");
        }

        await Store.DisposeAsync();
        await Network.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartAsync()
    {
        if (_shape.WithStore)
        {
            await Store.StartAsync();
        }

        var machines = new Machine[_shape.Routers];
        for (int i = 0; i < machines.Length; i++)
        {
            machines[i] = await Network.AddAsync();
        }

        _prepared = _shape.Kept is { } file ? await KeepAsync(file, machines[0]) : _shape.Prepared ?? await DrillCatalogue.PathAsync();
        for (int i = 0; i < machines.Length; i++)
        {
            _routers.Add(NodeOn(machines[i], "Router", i == 0 ? "router" : string.Create(CultureInfo.InvariantCulture, $"router-{i}")));
        }

        _clients.AddRange(_routers.Select(router => new RouterClient(router)));
        for (int i = 0; i < _shape.Hosts; i++)
        {
            await AddHostAsync();
        }
    }

    /// <returns>Where nodes find what is prepared.</returns>
    private async Task<string> KeepAsync(string file, Machine router)
    {
        _keeper = new Keeper(await Network.AddAsync(), file, router, _folder["kept"]);
        await _keeper.PreparedAsync();
        return _keeper.Address;
    }

    private Node NodeOn(Machine machine, string program, string name)
    {
        var settings = new Dictionary<string, string>(NodeSettings.Of(name, Store, _prepared));
        foreach (var (key, value) in _shape.Settings)
        {
            settings[key] = value;
        }

        // Whoever reads its catalogue from elsewhere has a store of its own, as on a machine of its own.
        return new Node(machine, program, settings, _keeper is null ? null : new Dictionary<string, string>
        {
            ["EXPERTCLUSTER_CACHE"] = _folder[name],
            ["EXPERTCLUSTER_SOURCES_ALLOWED_HOSTS"] = _keeper.Address,
        });
    }
}
