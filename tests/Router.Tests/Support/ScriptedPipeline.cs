using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Desired;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Merging;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>The router's own way of a request, with one place, and a gate and a backend that do as they are told.</summary>
internal sealed class ScriptedPipeline : IDisposable
{
    private readonly RoutingStates _states;

    public ScriptedPipeline(RouterOptions? options = null)
    {
        Unusable = new UnusableExperts(Hosts, Time, NullLogger<UnusableExperts>.Instance);
        var metrics = new RouterMetrics(Catalogue);
        var merges = new PolicySet<IMergePolicy>([new RoutePolicy(), new MixPolicy(), new EnsemblePolicy()]);
        _states = new RoutingStates(Catalogue, new FolderContent(), Gate, NullLogger<RoutingStates>.Instance);
        var planner = new RequestPlanner(_states, new RequestCheck(merges), merges, Unusable, new RouterOptions(), metrics, Time);
        Desired = new DesiredScript(Catalogue, Time);
        OnDemand = new OnDemandExperts(Desired.States, Catalogue, options ?? new RouterOptions(), Time, NullLogger<OnDemandExperts>.Instance);
        Pipeline = new CompletionPipeline(planner, OnDemand, Admission, [Backend], metrics, new TransportOptions { MaxCallSeconds = 60 }, new RouterOptions(), Time);
    }

    public CatalogueHolder Catalogue { get; } = Catalogues.Of(("law", "demo"), ("tax", "demo"), ("general", "demo"));

    public ScriptedBackend Backend { get; } = new();

    public FakeGate Gate { get; } = new();

    public HostDirectory Hosts { get; } = new();

    public UnusableExperts Unusable { get; }

    public ManualTime Time { get; } = new();

    public AdmissionGate Admission { get; } = new(new RouterOptions { MaxInFlight = 1, QueueLimit = 0 });

    public CompletionPipeline Pipeline { get; }

    public DesiredScript Desired { get; }

    public OnDemandExperts OnDemand { get; }

    public void Dispose()
    {
        _states.Dispose();
        Desired.Dispose();
        Admission.Dispose();
    }
}
