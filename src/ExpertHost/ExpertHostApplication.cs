using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Gating;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Reporting;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Fabric;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Node.Draining;
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
    /// <param name="change">Puts other services in the place of the host's own.</param>
    /// <inheritdoc cref="Build(string[])"/>
    internal static WebApplication Build(string[] args, Action<IServiceCollection> change)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        var node = builder.AddClusterNode(NodeRole.Host);
        AddCatalogue(builder.Services, PreparedCatalogue.Load(node.Prepared));
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

    private static void AddCatalogue(IServiceCollection services, PreparedCatalogue prepared)
    {
        services.AddSingleton(new CatalogueHolder(new CatalogueSnapshot(1, prepared)));
        services.AddSingleton<ICatalogueSource>(provider => provider.GetRequiredService<CatalogueHolder>());
    }

    private static void AddServices(IServiceCollection services, RuntimeOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<EpochSource>();
        services.AddSingleton<IBaseOpener, BaseOpener>();
        services.AddSingleton<BaseRegistry>();
        services.AddSingleton<ActivationRegistry>();
        services.AddSingleton<UnusableFolders>();
        services.AddSingleton<ExpertLoader>();
        services.AddSingleton<TokenGateScorers>();
        services.AddSingleton<HostMetrics>();
        services.AddSingleton<IBaseObservers, StepObservers>();
        services.AddSingleton<LoraRequestsInfo>();
        services.AddSingleton<EngineGauges>();
        services.AddNodeGrpc();
        services.AddReadiness<HostReadiness>();
        services.AddHostedService<BaseLoader>();
        services.AddHostedService<HostReporter>();
        services.AddDrain<HostWork>();
    }
}
