using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Support;

/// <summary>Several silos in this process, named A, B, C ...; A is the primary. All write one journal.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly List<IHost> _silos = [];

    public Journal Journal { get; } = new();

    public int PrimaryPort { get; } = FreePort.Take(1)[0];

    public IReadOnlyList<IHost> Silos => _silos;

    public static async Task<TestCluster> StartAsync(int silos, Action<string, ISiloBuilder>? configure = null)
    {
        var cluster = new TestCluster();
        for (var i = 0; i < silos; i++)
            await cluster.AddAsync(((char)('A' + i)).ToString(), configure);
        await cluster.SeenByAllAsync(silos);
        return cluster;
    }

    /// <summary>Leaves a grain class out of a silo.</summary>
    public static void Without<TInterface>(ISiloBuilder silo) =>
        silo.Configure<GrainTypeOptions>(options => options.Classes.RemoveWhere(type => typeof(TInterface).IsAssignableFrom(type)));

    public static void Probe(ISiloBuilder silo, TimeSpan period) =>
        silo.Configure<ClusterMembershipOptions>(options => options.ProbeTimeout = period);

    public IGrainFactory Factory(int silo) => _silos[silo].Services.GetRequiredService<IGrainFactory>();

    public SiloAddress Address(int silo) => _silos[silo].Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    /// <summary>What one silo's member list says of another.</summary>
    public SiloStatus Member(int observer, SiloAddress silo) =>
        _silos[observer].Services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members.TryGetValue(silo, out var member) ? member.Status : SiloStatus.None;

    public async Task AddAsync(string name, Action<string, ISiloBuilder>? configure = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(Journal);
        builder.UseOrleans(silo =>
        {
            TestSilo.Configure(silo, _silos.Count == 0 ? PrimaryPort : FreePort.Take(1)[0], PrimaryPort, TestSilo.PatientProbes);
            silo.Configure<SiloOptions>(options => options.SiloName = name);
            silo.Services.AddSingleton<IFatalErrorHandler, EvictionNote>();
            configure?.Invoke(name, silo);
        });
        var host = builder.Build();
        _silos.Add(host);
        await host.StartAsync(TestContext.Current.CancellationToken);
    }

    public Task SeenByAllAsync(int active) => Eventually.Holds(
        async () =>
        {
            foreach (var silo in _silos)
            {
                var hosts = await silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
                var seen = silo.Services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members.Values.Count(member => member.Status == SiloStatus.Active);
                if (hosts.Count != active || seen != active)
                    return false;
            }
            return true;
        },
        $"every silo sees {active} active ones");

    /// <summary>Stops one silo in order.</summary>
    public async Task StopAsync(int silo)
    {
        var host = _silos[silo];
        _silos.RemoveAt(silo);
        await host.StopAsync(TestContext.Current.CancellationToken);
        host.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        // The primary last: the others say goodbye to it.
        foreach (var host in Enumerable.Reverse(_silos))
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
        }
    }
}
