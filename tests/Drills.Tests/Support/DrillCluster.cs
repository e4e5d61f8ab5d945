using System.Globalization;
using ExpertCluster.Drills.Stores;
using ExpertCluster.V1;
using Grpc.Net.Client;

namespace ExpertCluster.Drills.Support;

/// <summary>A router, hosts and a store, each on a machine of its own.</summary>
internal sealed class DrillCluster : IAsyncDisposable
{
    private readonly GrpcChannel _channel;

    private DrillCluster(Network network, IStore store, IReadOnlyList<Node> nodes)
    {
        Network = network;
        Store = store;
        Nodes = nodes;
        _channel = GrpcChannel.ForAddress(
            string.Create(CultureInfo.InvariantCulture, $"http://{Router.Machine.Address}:{Node.GrpcPort}"),
            new GrpcChannelOptions { InitialReconnectBackoff = TimeSpan.FromMilliseconds(100), MaxReconnectBackoff = TimeSpan.FromMilliseconds(500) });
        Client = new Completions.CompletionsClient(_channel);
    }

    public Network Network { get; }

    public IStore Store { get; }

    public Node Router => Nodes[0];

    public IReadOnlyList<Node> Hosts => [.. Nodes.Skip(1)];

    public Completions.CompletionsClient Client { get; }

    /// <summary>The router, then the hosts.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>All nodes start at once, the store before them or not at all.</summary>
    public static async Task<DrillCluster> StartAsync(string kind, int hosts, bool withStore = true, Dictionary<string, string>? more = null)
    {
        string prepared = await DrillCatalogue.PathAsync();
        var network = await Network.CreateAsync();
        IStore? store = null;
        List<Node> nodes = [];
        try
        {
            var machine = await network.AddAsync();
            store = kind == "redis" ? new RedisServer(machine) : new PostgresServer(machine);
            if (withStore)
            {
                await store.StartAsync();
            }

            nodes.Add(new Node(await network.AddAsync(), "Router", Settings("router", store, prepared, more)));
            for (int i = 0; i < hosts; i++)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"host-{i}");
                nodes.Add(new Node(await network.AddAsync(), "ExpertHost", Settings(name, store, prepared, more)));
            }

            return new DrillCluster(network, store, nodes);
        }
        catch
        {
            await EndAsync(network, store, nodes);
            throw;
        }
    }

    public static async Task<DrillCluster> StartReadyAsync(string kind, int hosts)
    {
        var cluster = await StartAsync(kind, hosts);
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
        _channel.Dispose();
        await EndAsync(Network, Store, Nodes);
    }

    private static async Task EndAsync(Network network, IStore? store, IReadOnlyList<Node> nodes)
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();

            // Shown where the drill fails.
            TestContext.Current.TestOutputHelper?.WriteLine($"{node.Name} at the end:\n{node.LastLines}");
        }

        if (store is not null)
        {
            await store.DisposeAsync();
        }

        await network.DisposeAsync();
    }

    private static Dictionary<string, string> Settings(string name, IStore store, string prepared, Dictionary<string, string>? more) => new(more ?? [])
    {
        ["NAME"] = name,
        ["PREPARED"] = prepared,
        ["HTTPPORT"] = Node.HttpPort.ToString(CultureInfo.InvariantCulture),
        ["GRPCPORT"] = Node.GrpcPort.ToString(CultureInfo.InvariantCulture),
        ["CLUSTERING"] = store.Clustering,
        ["CLUSTERING__CONNECTIONSTRING"] = store.ConnectionString,
        ["RUNTIME__THREADS"] = "1",

        // No node outlives a test process that is killed.
        ["STOPWITHINPUT"] = "true",
    };
}
