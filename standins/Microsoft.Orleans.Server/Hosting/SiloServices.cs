using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.OneMachine.Activation;
using Orleans.OneMachine.Directory;
using Orleans.OneMachine.Invocation;
using Orleans.OneMachine.Management;
using Orleans.OneMachine.Manifest;
using Orleans.OneMachine.Membership;
using Orleans.OneMachine.Messaging;
using Orleans.OneMachine.Placement;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans.OneMachine.Hosting;

/// <summary>Wires one silo. Everything is a singleton of its host: nothing is static, so a process can hold several silos.</summary>
internal static class SiloServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddOptions();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IFatalErrorHandler, FatalErrorHandler>();
        services.AddSingleton<IConfigureOptions<GrainTypeOptions>, GrainTypeDiscovery>();
        AddInvocation(services);
        AddMembership(services);
        AddMessaging(services);
        AddActivation(services);
        services.AddPlacementDirector<RandomPlacement, RandomPlacementDirector>();
        services.AddPlacementDirector<PreferLocalPlacement, PreferLocalPlacementDirector>();
        services.AddSingleton<OptionChecks>();
        services.AddSingleton<SiloHost>();
        services.AddHostedService(static provider =>
        {
            // Not in the silo's start: a program that makes its services before it starts them can say what is wrong, in a
            // sentence. What fails in a start the host logs first, with its stack.
            provider.GetRequiredService<OptionChecks>().Run();
            return provider.GetRequiredService<SiloHost>();
        });
    }

    private static void AddInvocation(IServiceCollection services)
    {
        services.AddSingleton(static provider => new CodecProvider(provider.GetRequiredService<ReferenceFactory>));
        services.AddSingleton(static provider => new InterfaceCatalog(
            provider.GetRequiredService<IOptions<GrainTypeOptions>>().Value.Interfaces, provider.GetRequiredService<CodecProvider>()));
        services.AddSingleton(static provider => new ReferenceFactory(provider.GetRequiredService<InterfaceCatalog>(), provider.GetRequiredService<IGrainCaller>));
        services.AddSingleton<IGrainCaller, GrainCaller>();
        services.AddSingleton<GrainFactory>();
        services.AddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<GrainFactory>());
        services.AddSingleton<IClusterClient>(static provider => provider.GetRequiredService<GrainFactory>());
    }

    private static void AddMembership(IServiceCollection services)
    {
        services.AddSingleton<LocalSilo>();
        services.AddSingleton<ILocalSiloDetails>(static provider => provider.GetRequiredService<LocalSilo>());
        services.AddSingleton<GrainClassCatalog>();
        services.AddSingleton<MembershipAgent>();
        services.AddSingleton(static provider => new MembershipTable(
            provider.GetRequiredService<LocalSilo>().SiloAddress,
            provider.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PrimaryMembership>();
        services.AddLazily<MembershipClient>();
        services.AddSingleton<Joiner>();
        services.AddSingleton<PeerWatch>();
        services.AddSingleton<FailureDetector>();
        services.AddSingleton<TableRefresher>();
        services.AddSingleton<IClusterMembershipService, ClusterMembershipService>();
        services.AddSingleton<GrainDirectoryTable>();
        services.AddSingleton<DirectoryClient>();
        services.AddSingleton<LocationCache>();
    }

    private static void AddMessaging(IServiceCollection services)
    {
        services.AddSingleton<MessagingLimits>();
        services.AddSingleton<ConnectionPool>();
        services.AddSingleton<SiloListener>();
        services.AddSingleton<Messenger>();
        services.AddLazily<SystemHandler>();
        services.AddSingleton<FrameDispatcher>();
        services.AddSingleton<PlacementService>();
        services.AddSingleton<GrainLocator>();
    }

    private static void AddActivation(IServiceCollection services)
    {
        services.AddLazily<IGrainRuntime, GrainRuntime>();
        services.AddSingleton<ITimerRegistry, TimerRegistry>();
        services.AddSingleton<ActivationEnvironment>();
        services.AddSingleton<Catalog>();
        services.AddSingleton<IdleCollector>();
        services.AddSingleton<SiloStatistics>();
        services.AddSingleton<IGrainContextAccessor, GrainContextAccessor>();
        services.AddScoped<ScopedGrainContext>();
        services.AddScoped(static provider => provider.GetRequiredService<ScopedGrainContext>().Context
            ?? throw new InvalidOperationException("A grain context exists within an activation only."));
    }

    // For the few that need each other.
    private static void AddLazily<TService>(this IServiceCollection services)
        where TService : class => services.AddLazily<TService, TService>();

    private static void AddLazily<TService, TImplementation>(this IServiceCollection services)
        where TService : class
        where TImplementation : class, TService
    {
        services.AddSingleton<TService, TImplementation>();
        services.AddSingleton(static provider => new Lazy<TService>(provider.GetRequiredService<TService>));
    }
}
