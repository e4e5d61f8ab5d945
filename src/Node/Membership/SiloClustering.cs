using System.Net;
using ExpertCluster.Node.Exit;
using ExpertCluster.Node.Options;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace ExpertCluster.Node.Membership;

/// <summary>How this process's silo finds the others: <see cref="NodeOptions.Clustering"/>.</summary>
public static class SiloClustering
{
    public const string ServiceId = "expertcluster";

    /// <summary>Sets up endpoints and membership; needs a <see cref="TimeProvider"/>. The options have been validated.</summary>
    public static void Use(ISiloBuilder silo, NodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(options);
        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (ServiceId, ServiceId));
        var advertised = IPAddress.Parse(options.ReachableAddress);
        silo.ConfigureEndpoints(
            advertised, options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: !advertised.Equals(IPAddress.Parse(options.BindAddress)));
        IMembershipStore store = options.Clustering switch
        {
            ClusteringNames.Redis => new RedisStore(options.ConnectionString),
            ClusteringNames.Postgres => new PostgresStore(options.ConnectionString),
            _ => new FileStore(options.MembershipFile, options.StatePath),
        };
        store.Use(silo);
        silo.Services.AddSingleton(store);
        silo.Services.AddSingleton<ClusterJoin>();
        silo.Services.AddSingleton<INodeExit, NodeExit>();
        Steady(silo.Services);
        silo.Configure<ClusterMembershipOptions>(Configure);
    }

    /// <summary>
    /// A killed host is out within two seconds, one that is frozen or cut off within six. Probes that go unanswered may not
    /// stretch beyond their second, whatever the local health says: three of them, and what an answer vouches for, are the six.
    /// </summary>
    private static void Configure(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(1);
        membership.MaxProbeTimeout = TimeSpan.FromSeconds(1);
        membership.NumMissedProbesLimit = 3;

        // One that can't be heard by anybody must not evict everybody. Of two nodes one vote is the majority, which is enough.
        membership.NumVotesForDeathDeclaration = 2;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(2);

        // Who joins asks every member that was alive within three of these; one that died with all others must not hold it up.
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(3);
        membership.DefunctSiloExpiration = TimeSpan.FromHours(1);
        membership.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
    }

    /// <summary>Puts <see cref="SteadyMembershipTable"/> around the provider's table.</summary>
    private static void Steady(IServiceCollection services)
    {
        var provider = services.Last(service => service.ServiceType == typeof(IMembershipTable));
        services.Remove(provider);
        services.AddSingleton<IMembershipTable>(all => ActivatorUtilities.CreateInstance<SteadyMembershipTable>(
            all,
            (IMembershipTable)(provider.ImplementationInstance
                ?? provider.ImplementationFactory?.Invoke(all)
                ?? ActivatorUtilities.CreateInstance(all, provider.ImplementationType!))));
    }
}
