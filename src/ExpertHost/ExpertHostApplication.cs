using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts;
using ExpertCluster.ExpertHost.Apis.Vllm;
using ExpertCluster.ExpertHost.Devices;
using ExpertCluster.ExpertHost.Ensembles;
using ExpertCluster.ExpertHost.Gating;
using ExpertCluster.ExpertHost.Grains;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Placement;
using ExpertCluster.ExpertHost.Reporting;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Fabric;
using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Peers;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Node.Transport;
using Microsoft.Extensions.Options;

namespace ExpertCluster.ExpertHost;

/// <summary>Puts a host together.</summary>
public static class ExpertHostApplication
{
    /// <exception cref="OptionsValidationException">Settings are wrong or unknown; the failures name all that are.</exception>
    /// <exception cref="SetupException">The catalogue can't be used.</exception>
    public static WebApplication Build(string[] args) => Build(args, static _ => { });

    /// <param name="args">Of the process.</param>
    /// <param name="change">Adds services to the host's own, such as an <see cref="ILogitsFilter"/>, or puts others in their place.</param>
    /// <inheritdoc cref="Build(string[])"/>
    public static WebApplication Build(string[] args, Action<IServiceCollection> change)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        var settings = builder.AddClusterNode(NodeRole.Host, own => own
            .Add(new RuntimeOptionsValidator(), new RuntimeOptionsRules())
            .Add(new PlacementSettingsValidator(), new PlacementSettingsRules()));
        builder.Services.AddCatalogue(settings.Get<NodeOptions>().Prepared, needsGate: false);
        builder.Services.AddFabric(static host => HostMembers.SiloNameOf(NodeRole.Host, host));
        AddServices(builder.Services, settings.Get<PlacementSettings>().ToOptions());
        bool speaksVllm = settings.Get<RuntimeOptions>().VllmGrpc;
        if (speaksVllm)
        {
            builder.Services.AddVllm();
        }

        change(builder.Services);
        var app = builder.Build();
        app.Services.GetRequiredService<EngineGauges>().Register();

        // A policy that there is not is told of now, not by the grain that would need it.
        _ = app.Services.GetRequiredService<ChosenPlacement>();
        app.UseClusterNode();
        app.MapGrpcService<ExpertService>();
        if (speaksVllm)
        {
            app.MapVllm();
        }

        app.MapNodeHealth();
        app.MapNodeMetrics();
        return app;
    }

    private static void AddServices(IServiceCollection services, PlacementOptions placement)
    {
        services.AddSingleton<BaseOpener>();
        services.AddSingleton<LoadAttempts>();
        services.AddSingleton<IBaseOpener, TriedOpener>();
        foreach (var filter in LogitsFilters.BuiltIn)
        {
            services.AddSingleton(filter);
        }

        services.AddSingleton<WantedBases>();
        services.AddSingleton<BaseRegistry>();
        services.AddSingleton<ActivationRegistry>();
        services.AddSingleton<UnusableExperts>();
        services.AddSingleton<AdapterFiles>();
        services.AddSingleton<ExpertLoader>();
        services.AddSingleton<WarmExperts>();
        services.AddPlacementRounds(placement);
        services.AddSingleton(typeof(PolicySet<>));
        services.AddSingleton(provider => new ChosenPlacement(provider.GetRequiredService<PolicySet<IPlacementPolicy>>().Require(
            provider.GetRequiredService<RuntimeOptions>().Placement, $"{RuntimeOptions.Section}:{nameof(RuntimeOptions.Placement)}")));
        services.AddTransient<PlacementRounds>();
        services.AddTransient<DrainedHosts>();
        services.AddSingleton<TokenGates>();
        services.AddSingleton<PlanOpener>();
        services.AddSingleton<PromptThreads>();
        services.AddSingleton<HostTokens>();
        services.AddSingleton<EncoderRegistry>();
        services.AddSingleton<EncoderThreads>();
        services.AddSingleton<TextEncoding>();
        services.AddSingleton<SuspectTurns>();
        services.AddSingleton<PlanReader>();
        services.AddSingleton<KnownHosts>();
        services.AddSingleton<IDevices>(provider => SettingNames.Providers.Parse(provider.GetRequiredService<RuntimeOptions>().Provider) == ExecutionProvider.Cpu
            ? new NoDevices()
            : NvmlDevices.Open(provider.GetRequiredService<ILogger<NvmlDevices>>()));
        services.AddSingleton<HostChannels>();
        services.AddSingleton<Contributors>();
        services.AddSingleton<PlanRuns>();
        services.AddSingleton<Contributions>();
        services.AddSingleton<HostMetrics>();
        services.AddSingleton<IBaseObservers, StepObservers>();
        services.AddSingleton<LoraRequestsInfo>();
        services.AddSingleton<EngineGauges>();
        services.AddNodeGrpc(NodeGrpc.HostMessageBytes);
        services.AddReadiness<HostReadiness>();
        services.AddHostedService<BaseLoader>();
        services.AddHostedService<HostReporter>();
        services.AddDrain<HostWork>();
    }
}
