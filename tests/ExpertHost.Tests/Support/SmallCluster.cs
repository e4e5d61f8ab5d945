using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Grains;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Fabric;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.TestingHost;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>Two silos with the product's grains, placement and runtime, on fake bases. Tests keep apart by their experts' names.</summary>
public sealed class SmallCluster(SmallModels models) : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    /// <summary>The hosts, by name.</summary>
    internal IReadOnlyDictionary<string, Silo> Hosts { get; private set; } = null!;

    internal InProcessTestCluster Orleans => _cluster;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((options, silo) =>
        {
            var services = silo.Services;
            services.AddFabric();
            services.AddSingleton(new NodeOptions { Name = options.SiloName, AdvertisedAddress = options.SiloName });
            services.AddSingleton(new TlsOptions());
            services.AddSingleton(new CatalogueHolder(new CatalogueSnapshot(1, models.Catalogue)));
            services.AddSingleton<ICatalogueSource>(provider => provider.GetRequiredService<CatalogueHolder>());
            services.AddSingleton(new FakeOpener(models));
            services.AddSingleton<IBaseOpener>(provider => provider.GetRequiredService<FakeOpener>());
            services.AddSingleton(TimeProvider.System);
            services.AddSingleton<BaseRegistry>();
            services.AddSingleton<ActivationRegistry>();
            services.AddSingleton<DrainState>();
            services.AddSingleton<EpochSource>();
            services.AddSingleton<UnusableFolders>();
            services.AddSingleton<ExpertLoader>();
            services.AddSingleton<LogLines<ExpertManagerGrain>>();
            services.AddSingleton<ILogger<ExpertManagerGrain>>(provider => provider.GetRequiredService<LogLines<ExpertManagerGrain>>());
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        Hosts = _cluster.Silos.ToDictionary(silo => silo.Name, silo => new Silo(silo.ServiceProvider, silo.SiloAddress.ToParsableString(), silo.Name));
        Report();
    }

    /// <summary>What a process's reporter would have learnt, on every host.</summary>
    /// <param name="change">What a host says of itself beside its name.</param>
    internal void Report(Func<HostReport, HostReport>? change = null)
    {
        HostReport[] reports = [.. Hosts.Values.Select(h => new HostReport { Name = h.Name, Silo = h.Address }).Select(change ?? (r => r))];
        foreach (var host in Hosts.Values)
        {
            host.Of<ClusterViewCache>().Update(new ClusterView { Hosts = reports });
        }
    }

    /// <summary>Adds experts to what every host's catalogue has.</summary>
    internal void Add(params PreparedExpert[] experts) => Change(all => [.. all, .. experts]);

    internal void Change(Func<IEnumerable<PreparedExpert>, IEnumerable<PreparedExpert>> change)
    {
        foreach (var host in Hosts.Values)
        {
            var holder = host.Of<CatalogueHolder>();
            var current = holder.Current;
            holder.Swap(new CatalogueSnapshot(current.Version + 1, models.CatalogueOf([.. change(current.Experts)])));
        }
    }

    internal Task<ExpertReplica[]> ReplicasAsync(string expert) =>
        _cluster.Client.GetGrain<IExpertManagerGrain>(expert).GetReplicasAsync().WaitAsync(TestContext.Current.CancellationToken);

    internal IExpertGrain Expert(string name, int replica = 0) => _cluster.Client.GetGrain<IExpertGrain>(new ExpertKey(name, replica).ToString());

    /// <summary>Loads a replica as the manager does: an activation that has failed is given the time to go.</summary>
    internal async Task<ExpertReplica> LoadAsync(string name)
    {
        while (true)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (await Expert(name).EnsureLoadedAsync() is { } replica)
            {
                return replica;
            }
        }
    }

    internal ExpertActivation? Find(ExpertReplica replica) => Hosts[replica.Host].Of<ActivationRegistry>().Find(replica.Expert, replica.Epoch);

    /// <summary>How often bases of that name were opened, on all hosts.</summary>
    internal int Opened(string baseName) => Hosts.Values.Sum(h => h.Of<FakeOpener>().Opened.Count(name => name == baseName));

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    internal sealed class Silo(IServiceProvider services, string address, string name)
    {
        public string Name => name;

        public string Address => address;

        public T Of<T>()
            where T : notnull => services.GetRequiredService<T>();
    }
}
