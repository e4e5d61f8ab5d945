using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.ExpertHost.Gating;
using ExpertCluster.ExpertHost.Health;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Reporting;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Fabric;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Stepping.Providers;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Node.Transport;
using Microsoft.Extensions.Options;

namespace ExpertCluster.ExpertHost;

/// <summary>Puts a host together.</summary>
public static class ExpertHostApplication
{
    /// <exception cref="OptionsValidationException">A setting is wrong; the message names all that are.</exception>
    /// <exception cref="CatalogueException">The prepared folder can't be used.</exception>
    public static WebApplication Build(string[] args) => Build(args, static _ => { });

    /// <param name="args">Of the process.</param>
    /// <param name="change">Adds services to the host's own, such as an <see cref="ILogitsFilter"/>, or puts others in their place.</param>
    /// <inheritdoc cref="Build(string[])"/>
    public static WebApplication Build(string[] args, Action<IServiceCollection> change)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        var node = builder.AddClusterNode(NodeRole.Host);
        builder.Services.AddSingleton(PreparedCatalogue.Load(node.Prepared));
        builder.Services.AddFabric();
        var options = builder.Configuration.GetSection(RuntimeOptions.Section).Get<RuntimeOptions>() ?? new RuntimeOptions();
        if (RuntimeOptionsValidator.Validate(options) is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(RuntimeOptions.Section, typeof(RuntimeOptions), failures);
        }

        RequireProvider(options);
        AddServices(builder.Services, options);
        change(builder.Services);
        var app = builder.Build();
        app.Services.GetRequiredService<EngineGauges>().Register();
        app.UseClusterNode();
        app.MapGrpcService<ExpertService>();
        app.MapNodeHealth();
        app.MapNodeMetrics();
        return app;
    }

    private static void RequireProvider(RuntimeOptions options)
    {
        try
        {
            ProviderAccess.Require(SettingNames.Providers.Parse(options.Provider));
        }
        catch (ProviderUnavailableException failure)
        {
            throw new OptionsValidationException(RuntimeOptions.Section, typeof(RuntimeOptions), [$"{RuntimeOptions.Section}:{failure.Message}"]);
        }
    }

    private static void AddServices(IServiceCollection services, RuntimeOptions options)
    {
        services.AddSingleton(options);
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
        services.AddNodeGrpc();
        services.AddNodeHealth<ReadyCheck>();
        services.AddHostedService<BaseLoader>();
        services.AddHostedService<HostReporter>();

        // Last, so that it stops first, while silo and server still run; what bounds the rest of the stop stands right before it.
        services.AddStopLimit();
        services.AddHostedService<Drain>();
    }
}
