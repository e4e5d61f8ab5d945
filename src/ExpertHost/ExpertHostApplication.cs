using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.ExpertHost.Gating;
using ExpertCluster.ExpertHost.Health;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Reporting;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Fabric;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Node.Transport;
using Microsoft.Extensions.Options;

namespace ExpertCluster.ExpertHost;

/// <summary>Puts a host together.</summary>
public static class ExpertHostApplication
{
    /// <exception cref="OptionsValidationException">Settings are wrong or unknown; the failures name all that are.</exception>
    /// <exception cref="CatalogueException">The prepared folder can't be used.</exception>
    public static WebApplication Build(string[] args) => Build(args, static _ => { });

    /// <param name="args">Of the process.</param>
    /// <param name="change">Adds services to the host's own, such as an <see cref="ILogitsFilter"/>, or puts others in their place.</param>
    /// <inheritdoc cref="Build(string[])"/>
    public static WebApplication Build(string[] args, Action<IServiceCollection> change)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        var settings = builder.AddClusterNode(NodeRole.Host, own => own.Add(new RuntimeOptionsValidator(), new RuntimeOptionsRules()));
        builder.Services.AddSingleton(PreparedCatalogue.Load(settings.Get<NodeOptions>().Prepared));
        builder.Services.AddFabric();
        AddServices(builder.Services);
        change(builder.Services);
        var app = builder.Build();
        app.Services.GetRequiredService<EngineGauges>().Register();
        app.UseClusterNode();
        app.MapGrpcService<ExpertService>();
        app.MapNodeHealth();
        app.MapNodeMetrics();
        return app;
    }

    private static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<HostState>();
        services.AddSingleton<EpochSource>();
        services.AddSingleton<IBaseOpener, BaseOpener>();
        foreach (var filter in LogitsFilters.BuiltIn)
        {
            services.AddSingleton(filter);
        }

        services.AddSingleton<BaseRegistry>();
        services.AddSingleton<ActivationRegistry>();
        services.AddSingleton<ExpertLoader>();
        services.AddSingleton<TokenGateScorers>();
        services.AddSingleton<HostMetrics>();
        services.AddSingleton<LoraRequestsInfo>();
        services.AddSingleton<EngineGauges>();
        services.AddNodeGrpc(NodeGrpc.HostMessageBytes);
        services.AddNodeHealth<ReadyCheck>();
        services.AddHostedService<BaseLoader>();
        services.AddHostedService<HostReporter>();

        // Last, so that it stops first, while silo and server still run; what bounds the rest of the stop stands right before it.
        services.AddStopLimit();
        services.AddHostedService<Drain>();
    }
}
