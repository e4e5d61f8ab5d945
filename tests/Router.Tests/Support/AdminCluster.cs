using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Membership;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Versions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>What a router knows of a cluster, told by a test instead of by grains.</summary>
internal sealed class AdminCluster : IDisposable
{
    private readonly Probe _probe = new();
    private readonly HostLiveness _liveness;
    private readonly ReplicaBook _replicas;
    private readonly HostDirectory _hosts = new();
    private readonly RoutingStates _states;

    public AdminCluster(CatalogueSnapshot snapshot)
    {
        Catalogue = new CatalogueHolder(snapshot);
        _liveness = new HostLiveness(_hosts, new NoMembers(), _probe, SuspectBooks.Empty(TimeProvider.System), TimeProvider.System);
        _replicas = new ReplicaBook(_hosts, Time);
        Unusable = new UnusableExperts(_hosts, Time, NullLogger<UnusableExperts>.Instance);
        Versions = new VersionBook(Catalogue, new VersionMetrics());
        Desired = new DesiredScript(Catalogue, Time);
        Overview = new ClusterOverview(Catalogue, Desired.States, _hosts, _liveness, _replicas, Unusable, Remotes.Of(Catalogue), Versions);
        Feedback = new FeedbackDesk(Grains.Factory, Catalogue, Time, NullLogger<FeedbackDesk>.Instance);
        Changes = new AdminChanges(Desired.States, Catalogue, _hosts, Time);
        var gate = new FakeGate { Candidate = snapshot.GateCandidate is null ? null : new FakeGate { Likes = "tax" } };
        _states = new RoutingStates(Catalogue, new FolderContent(), gate, NullLogger<RoutingStates>.Instance);
        Gates = new GateBook(Catalogue, new GateMetrics());
        GateLook = new GateLook(_states, Catalogue, Desired.States, Gates);
        GateChanges = new GateChanges(Changes, Feedback, Catalogue);
        GateDiffs = new GateDiffs(_states, new RouterOptions());
    }

    public AdminCluster(params (string Expert, string Base)[] experts)
        : this(Catalogues.SnapshotOf(1, experts))
    {
    }

    public CatalogueHolder Catalogue { get; }

    public UnusableExperts Unusable { get; }

    public VersionBook Versions { get; }

    public ClusterOverview Overview { get; }

    public DesiredScript Desired { get; }

    public AdminChanges Changes { get; }

    public GateBook Gates { get; }

    public GateLook GateLook { get; }

    public GateChanges GateChanges { get; }

    public GateDiffs GateDiffs { get; }

    /// <summary>That keep feedback.</summary>
    public ScriptedCluster Grains { get; } = ScriptedCluster.Start();

    public FeedbackDesk Feedback { get; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddMilliseconds(1000));

    public static AdminAccess AccessOf(RouterOptions options) =>
        new(options, new AdminTokens(options, TimeProvider.System, NullLogger<AdminTokens>.Instance));

    /// <summary>Hosts that don't answer this router.</summary>
    public HashSet<string> Silent => _probe.Silent;

    /// <summary>Of an expert, as the catalogue has it now.</summary>
    public string RevisionOf(string expert) => Catalogue.Current.FindExpert(expert)!.Revision;

    public string BaseRevisionOf(string name) => Revisions.Of(Catalogue.Current.FindBase(name)!.Folder);

    /// <summary>A host of the base "demo" that has these experts in memory.</summary>
    public HostReport Host(string name, params string[] warm) => new()
    {
        Name = name,
        Silo = $"{name}-1",
        Address = $"http://{name}:1",
        Bases = ["demo"],
        BaseRevisions = [BaseRevisionOf("demo")],
        Warm = [.. warm.Select(e => RevisionId.Of(RevisionOf(e)))],
    };

    public ExpertFailure Failure(string expert, string reason) => new() { Expert = expert, Revision = RevisionOf(expert), Reason = reason };

    /// <summary>All hosts that report, as the router's next look finds them.</summary>
    public async Task ReportAsync(params HostReport[] hosts)
    {
        _hosts.Update(new ClusterView { Hosts = hosts }, _ => false);
        await _liveness.AskAsync(CancellationToken.None);
        Unusable.Update();
        _replicas.Update();
    }

    public void Dispose()
    {
        Versions.Dispose();
        Gates.Dispose();
        GateDiffs.Dispose();
        _states.Dispose();
        _liveness.Dispose();
        Desired.Dispose();
    }

    private sealed class Probe : IHostProbe
    {
        public HashSet<string> Silent { get; } = [];

        public Task<bool?> AskAsync(string host, string address, TimeSpan patience, CancellationToken cancellation) =>
            Task.FromResult<bool?>(!Silent.Contains(host));
    }

    private sealed class NoMembers : IHostMembers
    {
        public IEnumerable<string> Names => [];
    }
}
