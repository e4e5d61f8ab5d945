using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Fabric;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Storage;
using Orleans.TestingHost;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>Two silos with the product's grains, placement and runtime, on fake bases. Tests keep apart by their experts' names.</summary>
public sealed class SmallCluster(SmallModels models) : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    /// <summary>The hosts, by name.</summary>
    internal IReadOnlyDictionary<string, Silo> Hosts { get; private set; } = null!;

    internal InProcessTestCluster Orleans => _cluster;

    internal FakeGrainStorage Store { get; } = new();

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((options, silo) =>
        {
            var services = silo.Services;
            services.AddFabric(static host => host);
            services.AddSingleton(new NodeOptions { Name = options.SiloName, AdvertisedAddress = options.SiloName });
            services.AddSingleton(new TlsOptions());
            services.AddSingleton(new CatalogueHolder(new CatalogueSnapshot(1, models.Catalogue)));
            services.AddSingleton<ICatalogueSource>(provider => provider.GetRequiredService<CatalogueHolder>());
            services.AddSingleton(new FakeOpener(models));
            services.AddSingleton<IBaseOpener>(provider => provider.GetRequiredService<FakeOpener>());
            services.AddSingleton(TimeProvider.System);
            services.AddSingleton<WantedBases>();
            services.AddSingleton<BaseRegistry>();
            services.AddSingleton<DrainState>();
            services.AddSingleton<CatalogueHistory>();
            services.AddSingleton<UnusableExperts>();
            services.AddSingleton<IPreparedContent>(new FolderContent());
            services.AddSingleton<AdapterFiles>();
            services.AddSingleton<ExpertLoader>();
            services.AddSingleton<WarmExperts>();
            services.AddKeyedSingleton<IGrainStorage>(GrainStores.Cluster, Store);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        Hosts = _cluster.Silos.ToDictionary(silo => silo.Name, silo => new Silo(silo.ServiceProvider, silo.SiloAddress.ToParsableString(), silo.Name));
    }

    /// <summary>Adds experts to what every host's catalogue has.</summary>
    internal void Add(params PreparedExpert[] experts) => Change(all => [.. all, .. experts]);

    /// <param name="change">From the experts that there are.</param>
    /// <param name="desired">Version of the desired state that it is made from.</param>
    internal void Change(Func<IEnumerable<PreparedExpert>, IEnumerable<PreparedExpert>> change, long desired = 0)
    {
        foreach (var host in Hosts.Values)
        {
            var holder = host.Of<CatalogueHolder>();
            var current = holder.Current;
            holder.Swap(new CatalogueSnapshot(current.Version + 1, models.CatalogueOf([.. change(current.Experts)]) with { DesiredVersion = desired }));
        }
    }

    internal IExpertGrain Expert(string name, string host) => _cluster.Client.GetGrain<IExpertGrain>(new ExpertKey(name, host).ToString());

    internal Task<ExpertState> WarmAsync(string name, string host) =>
        Expert(name, host).WarmAsync(RevisionOf(name)).WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>As every host's catalogue has it now.</summary>
    internal string RevisionOf(string name) => Hosts.Values.First().Of<CatalogueHolder>().Current.FindExpert(name)!.Revision;

    /// <summary>How often bases of that name were opened, on all hosts.</summary>
    internal int Opened(string baseName) => Hosts.Values.Sum(h => h.Of<FakeOpener>().Opened.Count(name => name == baseName));

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    internal sealed class Silo(IServiceProvider services, string address, string name)
    {
        public string Name => name;

        public string Address => address;

        /// <summary>Adapters that its engine of a base knows.</summary>
        public int Registered(string baseName) => Of<BaseRegistry>().Loaded.Single(b => b.Name == baseName).Engine.Adapters.Counts.Registered;

        public T Of<T>()
            where T : notnull => services.GetRequiredService<T>();
    }
}
