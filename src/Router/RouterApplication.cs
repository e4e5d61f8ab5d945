using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Fabric;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Peers;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Apis;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Apis.Anthropic;
using ExpertCluster.Router.Apis.ExtProc;
using ExpertCluster.Router.Apis.Grpc;
using ExpertCluster.Router.Apis.KServe;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Apis.Responses;
using ExpertCluster.Router.Apis.Streams;
using ExpertCluster.Router.Backends;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.Router.Backends.Remote;
using ExpertCluster.Router.Demand;
using ExpertCluster.Router.Desired;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Encoders;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Health;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Resumption;
using ExpertCluster.Router.Selection;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Suspects;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.Router.Tools;
using ExpertCluster.Router.Versions;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Router;

/// <summary>Puts a router together.</summary>
public static class RouterApplication
{
    /// <exception cref="OptionsValidationException">Settings are wrong or unknown; the failures name all that are.</exception>
    /// <exception cref="SetupException">The catalogue can't be used.</exception>
    public static WebApplication Build(string[] args) => Build(args, static _ => { });

    /// <param name="args">Of the process.</param>
    /// <param name="change">Adds services to the router's own, policies of one's own for instance, or puts others in their place.</param>
    /// <inheritdoc cref="Build(string[])"/>
    public static WebApplication Build(string[] args, Action<IServiceCollection> change)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        var settings = builder.AddClusterNode(NodeRole.Router, own => own.Add(new RouterOptionsValidator(), new RouterOptionsRules()).Add(new PolicyOptionsValidator()).Add(new CascadeOptionsValidator()));
        builder.Services.AddCatalogue(settings.Get<NodeOptions>().Prepared, needsGate: true);
        builder.Services.AddFabric(static host => HostMembers.SiloNameOf(NodeRole.Host, host));
        var options = settings.Get<RouterOptions>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes + NodeGrpc.PrefixBytes);
        builder.AddPorts(settings, options.AdminHttpPort, options.AdminGrpcPort);
        AddServices(builder.Services, options);
        change(builder.Services);
        var app = builder.Build();

        // Settings that name a policy which is not there end the start, not the first request.
        app.Services.GetRequiredService<BackendSet>().Require();
        Map(app, options);
        return app;
    }

    private static void AddServices(IServiceCollection services, RouterOptions options)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Encoder = ApiJson.Escaping);
        services.AddSingleton<RouterMetrics>();
        services.AddSingleton<AdmissionGate>();
        services.AddSingleton<DemandMeter>();
        services.AddSingleton<HostDirectory>();
        services.AddSingleton<UnusableExperts>();
        services.AddSingleton<ReplicaBook>();
        services.AddSingleton<HostSuspicions>();
        services.AddSingleton<HostRefusals>();
        services.AddSingleton<SuspectBook>();
        services.AddSingleton<NewTexts>();
        services.AddSingleton<HostChannels>();
        services.AddSingleton<HostChooser>();
        services.AddSingleton<IHostProbe, HostProbe>();
        services.AddSingleton<IHostMembers, HostMembers>();
        services.AddSingleton<HostLiveness>();
        services.AddHostedService(provider => provider.GetRequiredService<HostLiveness>());
        services.AddSingleton<HostSelector>();
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<HostTexts>();
        services.AddSingleton<RemoteMetrics>();
        services.AddSingleton<RemoteEndpoints>();
        services.AddSingleton<IEncoderBackend, HostEncoders>();
        services.AddHostedService<EncoderWarmth>();
        services.AddSingleton<EncodingPipeline>();
        services.AddSingleton<RequestCheck>();
        services.AddSingleton<ExpertLoad>();
        services.AddSingleton(provider => new RoutingStates(
            provider.GetRequiredService<CatalogueHolder>(),
            provider.GetRequiredService<IPreparedContent>(),
            Policies.GateOf(provider.GetRequiredService<PolicySet<IGateKind>>(), provider.GetRequiredService<PolicyOptions>()),
            provider.GetRequiredService<ILogger<RoutingStates>>()));
        services.AddSingleton<ICatalogueSource>(provider => provider.GetRequiredService<RoutingStates>());
        services.AddSingleton(Random.Shared);
        services.AddSingleton<VersionMetrics>();
        services.AddSingleton<VersionBook>();
        services.AddSingleton<VersionMeter>();
        services.AddSingleton<VersionChoice>();
        services.AddSingleton<ShadowCopies>();
        services.AddSingleton<GateMetrics>();
        services.AddSingleton<GateBook>();
        services.AddSingleton<GateShadow>();
        services.AddHostedService(provider => provider.GetRequiredService<GateShadow>());
        services.AddSingleton<ToolParsers>();
        services.AddSingleton<RequestPlanner>();
        services.AddSingleton<GateReading>();
        services.AddSingleton<AskedRequests>();
        services.AddSingleton<FeedbackDesk>();
        services.AddSingleton<CompletionPipeline>();
        services.AddSingleton<HeldMetrics>();
        services.AddSingleton<HeldStreams>();
        services.AddSingleton<IRouterMembers, RouterMembers>();
        services.AddSingleton<StreamFinder>();
        services.AddSingleton<HeldCalls>();
        services.AddSingleton<StreamAnswers>();
        services.AddSingleton<RelaySlots>();
        services.AddSingleton<StreamRelay>();
        services.AddSingleton<GrpcRelay>();
        services.AddSingleton<GrpcStreams>();
        services.AddSingleton<StreamEndpoints>();
        services.AddSingleton<CompletionEndpoint>();
        services.AddSingleton<ModelEndpoints>();
        services.AddSingleton<FeedbackEndpoint>();
        services.AddSingleton<PromptTokens>();
        services.AddSingleton<MessagesEndpoint>();
        services.AddSingleton<CountTokensEndpoint>();
        services.AddSingleton<ResponsesEndpoint>();
        services.AddSingleton<KeptResponses>();
        services.AddSingleton<GatewayGate>();
        services.AddSingleton<InferModels>();
        services.AddSingleton<InferRepository>();
        services.AddSingleton<InferEndpoints>();
        services.AddSingleton<DesiredStates>();
        services.AddHostedService(provider => provider.GetRequiredService<DesiredStates>());
        services.AddSingleton<OnDemandExperts>();
        services.AddSingleton<AdminTokens>();
        services.AddHostedService(provider => provider.GetRequiredService<AdminTokens>());
        services.AddSingleton<AdminAccess>();
        services.AddSingleton<MatcherPolicy, ApiPorts>();
        services.AddSingleton<AdminAnswers>();
        services.AddSingleton<AdminChanges>();
        services.AddSingleton<AdapterLoads>();
        services.AddSingleton<AdminChangeEndpoints>();
        services.AddSingleton<ChangeList>();
        services.AddSingleton<FeedbackList>();
        services.AddSingleton<GateLook>();
        services.AddSingleton<GateChanges>();
        services.AddSingleton<GateDiffs>();
        services.AddSingleton<GateEndpoints>();
        services.AddSingleton<DesiredWatch>();
        services.AddSingleton<ClusterOverview>();
        services.AddSingleton<AdminLists>();
        services.AddSingleton<AdminEndpoints>();
        services.AddSingleton<ExpertWatch>();
        services.AddSingleton<ClusterWatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<ClusterWatcher>());
        Policies.Add(services);
        ClientPages.Add(services, options);
        services.AddNodeGrpc(options.MaxRequestBytes);
        ExtProcApi.AddLimits(services, options);
        services.AddGrpcReflection();
        services.AddReadiness<RouterReadiness>();
        services.AddDrain<RouterWork>();
    }

    private static void Map(WebApplication app, RouterOptions options)
    {
        app.Use(BarePages.RunAsync);
        app.UseClusterNode();
        ClientPages.Use(app, options);
        app.MapNodeHealth();
        app.MapNodeMetrics();
        app.MapGrpcReflectionService();
        foreach (var api in app.Services.GetServices<IApi>())
        {
            var group = app.MapGroup("");
            group.WithMetadata(new ApiFace(api.IsAdmin));
            ClientPages.Open(group, api, options);
            api.Map(group);
        }
    }
}
