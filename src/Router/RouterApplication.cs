using ExpertCluster.Catalogue;
using ExpertCluster.Fabric;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Dispatch;
using ExpertCluster.Router.Health;
using ExpertCluster.Router.OpenAi;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Telemetry;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Router;

/// <summary>Puts a router together.</summary>
public static class RouterApplication
{
    /// <exception cref="OptionsValidationException">Settings are wrong or unknown; the failures name all that are.</exception>
    /// <exception cref="CatalogueException">The prepared folder can't be used.</exception>
    public static WebApplication Build(string[] args) => Build(args, static _ => { });

    /// <param name="args">Of the process.</param>
    /// <param name="change">Puts other services in the place of the router's own.</param>
    /// <inheritdoc cref="Build(string[])"/>
    internal static WebApplication Build(string[] args, Action<IServiceCollection> change)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        var settings = builder.AddClusterNode(NodeRole.Router, own => own.Add(new RouterOptionsValidator()));
        builder.Services.AddSingleton(PreparedCatalogue.Load(settings.Get<NodeOptions>().Prepared));
        builder.Services.AddFabric();
        var options = settings.Get<RouterOptions>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes + NodeGrpc.PrefixBytes);
        AddServices(builder.Services, options);
        change(builder.Services);
        var app = builder.Build();
        Map(app);
        return app;
    }

    private static void AddServices(IServiceCollection services, RouterOptions options)
    {
        services.AddSingleton<RouterMetrics>();
        services.AddSingleton<AdmissionGate>();
        services.AddSingleton<ExpertDirectory>();
        services.AddSingleton<UnusableExperts>();
        services.AddSingleton<HostSuspicions>();
        services.AddSingleton<HostChannels>();
        services.AddSingleton<IHostMembers, HostMembers>();
        services.AddSingleton<HostLiveness>();
        services.AddHostedService(provider => provider.GetRequiredService<HostLiveness>());
        services.AddSingleton<Dispatcher>();
        services.AddSingleton(provider => GateSource.Open(provider.GetRequiredService<PreparedCatalogue>()));
        services.AddSingleton<RequestPlanner>();
        services.AddSingleton<CompletionPipeline>();
        services.AddSingleton<CompletionEndpoint>();
        services.AddSingleton<ModelEndpoints>();
        services.AddSingleton<ClusterWatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<ClusterWatcher>());
        services.AddNodeGrpc(options.MaxRequestBytes);
        services.AddGrpcReflection();
        services.AddSingleton<RouterState>();
        services.AddNodeHealth<ReadyCheck>();

        // Last, so that it stops first, while silo and server still run; what bounds the rest of the stop stands right before it.
        services.AddStopLimit();
        services.AddHostedService<Drain>();
    }

    private static void Map(WebApplication app)
    {
        app.UseClusterNode();
        app.MapGrpcService<CompletionsService>();
        app.MapGrpcReflectionService();
        app.MapNodeHealth();
        app.MapNodeMetrics();
        var completions = app.Services.GetRequiredService<CompletionEndpoint>();
        var models = app.Services.GetRequiredService<ModelEndpoints>();
        app.MapPost("/v1/completions", (HttpContext http) => completions.HandleAsync(http, isChat: false));
        app.MapPost("/v1/chat/completions", (HttpContext http) => completions.HandleAsync(http, isChat: true));
        app.MapGet("/v1/models", models.List);
        app.MapGet("/v1/models/{id}", (HttpContext http, string id) => models.GetAsync(http, id));
    }
}
