using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Apis;
using ExpertCluster.Router.Apis.Grpc;
using ExpertCluster.Router.Backends;
using ExpertCluster.Router.Backends.Remote;
using ExpertCluster.Router.Desired;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Merging;
using ExpertCluster.Router.Merging.Cascades;
using ExpertCluster.Router.Merging.Sections;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Resumption;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.Router.Tools;
using ExpertCluster.Router.Versions;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>The router's own way of a request, with one place, and a gate, a backend and chance that do as they are told.</summary>
internal sealed class ScriptedPipeline : IDisposable
{
    private readonly RoutingStates _states;
    private readonly RemoteEndpoints _remotes;
    private readonly GrpcRelay _grpcRelay;

    public ScriptedPipeline(CatalogueSnapshot? snapshot = null, RouterOptions? options = null, params double[] random)
        : this("router", snapshot, options, random)
    {
    }

    /// <param name="name">Of the router.</param>
    /// <param name="snapshot">Null: three experts.</param>
    /// <param name="options">Null: as they are.</param>
    /// <param name="random">What chance gives.</param>
    public ScriptedPipeline(string name, CatalogueSnapshot? snapshot, RouterOptions? options, params double[] random)
    {
        Gate.Candidate = snapshot?.GateCandidate is null ? null : new FakeGate { Likes = "tax" };
        Catalogue = new(snapshot ?? Catalogues.SnapshotOf(1, ("law", "demo"), ("tax", "demo"), ("general", "demo")));
        options ??= new RouterOptions();
        Admission = new(options with { MaxInFlight = 1, QueueLimit = options.QueueLimit == new RouterOptions().QueueLimit ? 0 : options.QueueLimit });
        Unusable = new UnusableExperts(Hosts, Time, NullLogger<UnusableExperts>.Instance);
        var metrics = new RouterMetrics(Catalogue);
        var chance = new ScriptedRandom([.. random, 0.5]);
        var transport = new TransportOptions { MaxCallSeconds = 60 };
        var merges = new PolicySet<IMergePolicy>([new RoutePolicy(), new MixPolicy(), new EnsemblePolicy(), new CascadePolicy(), new SectionsPolicy()]);
        _states = new RoutingStates(Catalogue, new FolderContent(), Gate, NullLogger<RoutingStates>.Instance);
        _remotes = Remotes.Of(Catalogue);
        BackendSet backends = null!;
        backends = new BackendSet(() => [new RemoteBackend(_remotes), new CascadeBackend(backends, new CascadeOptions()), new SectionsBackend(backends), Backend]);
        Book = new VersionBook(Catalogue, VersionMetrics);
        var meter = new VersionMeter(Book, Time);
        Shadows = new ShadowCopies(
            Catalogue, backends, meter, Admission, VersionMetrics, chance, options, transport, Host, Time, NullLogger<ShadowCopies>.Instance);
        Gates = new GateBook(Catalogue, new GateMetrics());
        GateShadow = new GateShadow(_states, Gates, options, NullLogger<GateShadow>.Instance);
        Planner = new RequestPlanner(
            _states, new RequestCheck(merges), merges, new VersionChoice(Unusable, VersionMetrics), Unusable, _remotes, new ExpertLoad(Hosts), GateShadow, Gates, Tools, options, metrics, Time);
        Desired = new DesiredScript(Catalogue, Time);
        OnDemand = new OnDemandExperts(Desired.States, Catalogue, options, Time, NullLogger<OnDemandExperts>.Instance);
        var node = new NodeOptions { Name = name };
        Asked = new AskedRequests(node, options, Time);
        Held = new HeldStreams(options, HeldMetrics, Time, NullLogger<HeldStreams>.Instance);
        Finder = new StreamFinder(Cluster.Factory, Routers, node, Time, NullLogger<StreamFinder>.Instance);
        Relays = new RelaySlots(HeldMetrics);
        _grpcRelay = new GrpcRelay(
            PeerTransport.ForClient(new TransportOptions(), new TlsOptions()), new CallEnds(TimeProvider.System), Relays, new StallGuard(new NodeOptions(), TimeProvider.System), NullLogger<GrpcRelay>.Instance);
        Calls = new HeldCalls(Held, Finder);
        Streams = new StreamAnswers(Calls, new StallGuard(new NodeOptions(), TimeProvider.System));
        Pipeline = new CompletionPipeline(Planner, OnDemand, Admission, backends, meter, Shadows, chance, Asked, Gates, metrics, transport, options, Time);
    }

    public CatalogueHolder Catalogue { get; }

    public ScriptedBackend Backend { get; } = new();

    /// <summary>The product's own.</summary>
    public ToolParsers Tools { get; } = new(new PolicySet<IToolParser>([new HermesParser(), new LlamaJsonParser(), new MistralParser()]));

    public FakeGate Gate { get; } = new();

    public RequestPlanner Planner { get; }

    public HostDirectory Hosts { get; } = new();

    public UnusableExperts Unusable { get; }

    public VersionMetrics VersionMetrics { get; } = new();

    public VersionBook Book { get; }

    public ShadowCopies Shadows { get; }

    /// <summary>What plans are made from.</summary>
    public RoutingStates States => _states;

    /// <summary>Figures of gates.</summary>
    public GateBook Gates { get; }

    public GateShadow GateShadow { get; }

    public StoppableHost Host { get; } = new();

    public ManualTime Time { get; } = new();

    public AdmissionGate Admission { get; }

    /// <summary>What was answered.</summary>
    public AskedRequests Asked { get; }

    public CompletionPipeline Pipeline { get; }

    /// <summary>What other routers say.</summary>
    public ScriptedCluster Cluster { get; } = ScriptedCluster.Start();

    /// <summary>Those that there are.</summary>
    public FixedRouters Routers { get; } = new();

    public HeldMetrics HeldMetrics { get; } = new();

    public HeldStreams Held { get; }

    public StreamFinder Finder { get; }

    public RelaySlots Relays { get; }

    public HeldCalls Calls { get; }

    public StreamAnswers Streams { get; }

    public DesiredScript Desired { get; }

    public OnDemandExperts OnDemand { get; }

    /// <summary>The gRPC API.</summary>
    public CompletionsService Service(FeedbackDesk feedback)
    {
        var stalls = new StallGuard(new NodeOptions(), TimeProvider.System);
        return new CompletionsService(Pipeline, Tools, Catalogue, Unusable, _remotes, feedback, Asked, new GrpcStreams(Calls, Held, Finder, _grpcRelay, HeldMetrics, stalls), stalls);
    }

    /// <summary>What a version did.</summary>
    public VersionFigures? FiguresOf(string expert, ExpertVersion version)
    {
        var prepared = Catalogue.Current.FindExpert(expert)!;
        string? revision = version switch
        {
            ExpertVersion.Canary => prepared.Canary?.Revision,
            ExpertVersion.Shadow => prepared.Shadow?.Revision,
            _ => prepared.Revision,
        };
        return Book.FiguresOf(expert, version, revision ?? "");
    }

    public void Dispose()
    {
        _states.Dispose();
        Desired.Dispose();
        Book.Dispose();
        GateShadow.Dispose();
        Gates.Dispose();
        _grpcRelay.Dispose();
        Held.Dispose();
        Admission.Dispose();
        Host.Dispose();
    }
}
