using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.Router.Versions;
using ExpertCluster.V1;
using ExpertOrigin = ExpertCluster.V1.ExpertOrigin;
using ExpertState = ExpertCluster.V1.ExpertState;

namespace ExpertCluster.Router.Tests.Apis.Admin;

public sealed class ClusterOverviewTests : IDisposable
{
    private readonly AdminCluster _cluster = new(Catalogues.SnapshotOf(
        1,
        e => e.Name == "zoned" ? e with { Labels = ["zone=a", "gpu=yes"] } : e with { Replicas = 2, Gated = true, Pinned = true, Description = $"about {e.Name}" },
        ("law", "demo"),
        ("demo", "demo"),
        ("zoned", "demo")));

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Expert_InMemoryOfAHost_IsReadyThereSinceThen()
    {
        await _cluster.ReportAsync(_cluster.Host("b", "law"), _cluster.Host("a"));

        Assert.Equal(
            new ExpertStatus
            {
                Name = "law",
                Base = "demo",
                Revision = _cluster.RevisionOf("law"),
                Description = "about law",
                Gated = true,
                Pinned = true,
                MinReplicas = 2,
                Replicas = { new ReplicaStatus { Host = "b", SinceUnixMs = 1000, Warm = true } },
                State = ExpertState.Ready,
                Origin = ExpertOrigin.File,
                MaxReplicas = 64,
            },
            Find("law"));
    }

    [Fact]
    public async Task Expert_TheApiAskedFor_IsPendingUntilPreparedOrToldToFail()
    {
        var spec = new Catalogue.Desired.ExpertSpec { Name = "poems", Base = "demo", Adapter = "hf://org/poems", Replicas = 2 };
        _cluster.Desired.State = DesiredState.Empty with { Version = 1, Experts = DesiredState.Empty.Experts.Add("poems", spec).Add("zebras", spec with { Name = "zebras" }) };
        await _cluster.Desired.States.StartAsync(TestContext.Current.CancellationToken);
        await _cluster.Desired.States.NewerAsync(0, TestContext.Current.CancellationToken);

        Assert.Equal((ExpertState.Pending, ExpertOrigin.Api, 2), (Find("poems").State, Find("poems").Origin, Find("poems").MinReplicas));
        Assert.Equal(_cluster.Overview.Experts().Select(e => e.Name).Order(StringComparer.Ordinal), _cluster.Overview.Experts().Select(e => e.Name));
        Assert.Equal(["zebras"], _cluster.Overview.Experts("poems~").Select(e => e.Name).Where(n => n.StartsWith("ze", StringComparison.Ordinal)));

        _cluster.Catalogue.Swap(Catalogues.WithFailure(2, new PreparedFailure("poems", "there is no such repository"), ("law", "demo")));
        Assert.Equal((ExpertState.Failed, "there is no such repository"), (Find("poems").State, Find("poems").Reason));
    }

    [Fact]
    public async Task Expert_BaseAlone_IsReadyWhereTheBaseIsLoaded()
    {
        await _cluster.ReportAsync(_cluster.Host("a"));

        Assert.Equal((ExpertState.Ready, "a"), (Find("demo").State, Assert.Single(Find("demo").Replicas).Host));
    }

    [Fact]
    public async Task Expert_InNobodysMemory_IsCold()
    {
        await _cluster.ReportAsync(_cluster.Host("a"));

        Assert.Equal((ExpertState.Cold, ""), (Find("law").State, Find("law").Reason));
        Assert.Empty(Find("law").Replicas);
    }

    /// <summary>Of the hosts that have it none takes a request, but another one of the base does.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Expert_OnlyInMemoryOfAHostThatDrainsOrIsSilent_IsCold(bool drains, bool silent)
    {
        _cluster.Silent.UnionWith(silent ? ["a"] : []);
        await _cluster.ReportAsync(_cluster.Host("a", "law") with { Draining = drains }, _cluster.Host("b"));

        Assert.Equal(ExpertState.Cold, Find("law").State);
        Assert.True(Assert.Single(Find("law").Replicas).Warm);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    public async Task Expert_NoHostOfItsBaseTakesRequests_IsUnavailableAndSaysSo(bool there, bool drains, bool silent)
    {
        _cluster.Silent.UnionWith(silent ? ["a"] : []);
        await _cluster.ReportAsync(there ? [_cluster.Host("a", "law") with { Draining = drains }] : []);

        Assert.Equal((ExpertState.Unavailable, "no host that takes requests runs this content of demo"), (Find("law").State, Find("law").Reason));
    }

    [Fact]
    public async Task Expert_HostsRunAnotherContentOfItsBase_IsUnavailable()
    {
        await _cluster.ReportAsync(_cluster.Host("a", "law") with { BaseRevisions = ["00000000000000ff"] });

        Assert.Equal(ExpertState.Unavailable, Find("law").State);
    }

    [Theory]
    [InlineData("zone=a", ExpertState.Unavailable, "no host that takes requests runs this content of demo and has zone=a, gpu=yes")]
    [InlineData("zone=a,gpu=yes", ExpertState.Cold, "")]
    public async Task Expert_WithLabels_NeedsAHostThatHasAllOfThem(string labels, ExpertState state, string reason)
    {
        await _cluster.ReportAsync(_cluster.Host("a") with { Labels = labels.Split(',') });

        Assert.Equal((state, reason), (Find("zoned").State, Find("zoned").Reason));
        Assert.Equal(["zone=a", "gpu=yes"], Find("zoned").Labels);
    }

    /// <summary>It is no replica: no request for the expert goes there.</summary>
    [Fact]
    public async Task Expert_InMemoryOfAHostWithoutItsLabels_IsNotReady()
    {
        await _cluster.ReportAsync(_cluster.Host("a", "zoned"), _cluster.Host("b") with { Labels = ["zone=a", "gpu=yes"] });

        Assert.Equal(ExpertState.Cold, Find("zoned").State);
    }

    [Fact]
    public async Task Expert_HostsCannotUseIt_IsUnavailableWithTheReason()
    {
        await _cluster.ReportAsync(_cluster.Host("a") with { Failures = [_cluster.Failure("law", "its rank is 512")] });

        Assert.Equal((ExpertState.Unavailable, "its rank is 512"), (Find("law").State, Find("law").Reason));
        Assert.Equal(new ReplicaStatus { Host = "a", SinceUnixMs = 1000, Reason = "its rank is 512" }, Assert.Single(Find("law").Replicas));
    }

    [Fact]
    public async Task Expert_CallFoundOutThatItCannotBeUsed_IsUnavailableBeforeHostsReportIt()
    {
        await _cluster.ReportAsync(_cluster.Host("a"));
        _cluster.Unusable.Add("law", _cluster.RevisionOf("law"), "its files");

        Assert.Equal((ExpertState.Unavailable, "its files"), (Find("law").State, Find("law").Reason));
    }

    [Fact]
    public async Task Expert_OneHostFailedAndAnotherHasIt_IsReadyAndStillSaysWhatFailed()
    {
        await _cluster.ReportAsync(_cluster.Host("a") with { Failures = [_cluster.Failure("law", "a disk")] }, _cluster.Host("b", "law"));

        Assert.Equal((ExpertState.Ready, "a disk"), (Find("law").State, Find("law").Reason));
        Assert.Equal([("a", false), ("b", true)], Find("law").Replicas.Select(r => (r.Host, r.Warm)));
    }

    [Fact]
    public void Experts_CatalogueIsSwapped_AreTheNewOnesByName()
    {
        Assert.Equal(["demo", "law", "zoned"], _cluster.Overview.Experts().Select(e => e.Name));

        _cluster.Catalogue.Swap(Catalogues.SnapshotOf(2, ("tax", "demo"), ("art", "demo")));

        Assert.Equal(["art", "tax"], _cluster.Overview.Experts().Select(e => e.Name));
        Assert.Equal(["tax"], _cluster.Overview.Experts("law").Select(e => e.Name));
        Assert.Null(_cluster.Overview.FindExpert("law"));
    }

    [Fact]
    public async Task Expert_Versions_AreToldWithTheirFigures()
    {
        using var cluster = new AdminCluster(Catalogues.SnapshotOf(
            1, e => e.Name == "law" ? e with { Canary = Catalogues.Version("law2", 5), Shadow = Catalogues.Version("law3", 100) } : e, ("law", "demo"), ("tax", "demo")));
        var law = cluster.Catalogue.Current.FindExpert("law")!;
        await cluster.ReportAsync(
            cluster.Host("a", "law") with { Warm = [RevisionId.Of(law.Revision), RevisionId.Of(law.Canary!.Revision)] },
            cluster.Host("b", "law") with { Failures = [new ExpertFailure { Expert = "law", Revision = law.Shadow!.Revision, Reason = "broken" }] });
        var counts = cluster.Versions.CountsOf(new PlannedExpert("law", 1, law.Canary.Revision) { Version = ExpertVersion.Canary })!;
        counts.End(new VersionOutcome(VersionEnd.Complete, TimeSpan.FromSeconds(1), 8, TimeSpan.FromSeconds(4)));
        counts.End(new VersionOutcome(VersionEnd.Failed, null, 0, TimeSpan.FromSeconds(1)));

        var status = cluster.Overview.FindExpert("law")!;

        Assert.Equal(
            [("stable", law.Revision, 95, 2, ""), ("canary", law.Canary.Revision, 5, 1, ""), ("shadow", law.Shadow.Revision, 100, 0, "broken")],
            status.Versions.Select(v => (v.Version, v.Revision, v.Percent, v.WarmReplicas, v.Reason)));
        Assert.Equal(ExpertState.Ready, status.State);
        Assert.Equal([false, true, false], status.Versions.Select(v => v.Figures is not null));
        var figures = status.Versions[1].Figures;
        Assert.Equal((2, 1, 8.0, 2.0), (figures.Requests, figures.Errors, figures.MeanTokens, figures.TokensPerSecond));
        Assert.InRange(figures.FirstTokenSecondsP95, 1, 1.125);
        Assert.Empty(cluster.Overview.FindExpert("tax")!.Versions);
        Assert.All(cluster.Overview.Experts(figures: false).SelectMany(e => e.Versions), v => Assert.Null(v.Figures));
    }

    [Fact]
    public async Task Host_Report_IsWhatTheHostSaidAndWhetherItAnswers()
    {
        _cluster.Silent.Add("b");
        await _cluster.ReportAsync(
            _cluster.Host("b"),
            _cluster.Host("a", "law", "zoned") with
            {
                BaseRevisions = [_cluster.BaseRevisionOf("demo"), "00000000000000ff"],
                Draining = true,
                Running = 3,
                Waiting = 4,
                FreeMemoryBytes = 5L << 32,
                TotalMemoryBytes = 6L << 32,
                Labels = ["zone=b", "gpu=yes"],
                Failures = [_cluster.Failure("law", "a disk")],
            });

        var hosts = _cluster.Overview.Hosts().ToList();

        Assert.Equal([("a", true), ("b", false)], hosts.Select(h => (h.Name, h.Answers)));
        Assert.Equal(
            new HostStatus
            {
                Name = "a",
                Address = "http://a:1",
                Bases = { new BaseStatus { Name = "demo", Revision = _cluster.BaseRevisionOf("demo") }, new BaseStatus { Revision = "00000000000000ff" } },
                Draining = true,
                Answers = true,
                Running = 3,
                Waiting = 4,
                FreeMemoryBytes = 5L << 32,
                TotalMemoryBytes = 6L << 32,
                Labels = { "gpu=yes", "zone=b" },
                WarmExperts = 2,
                Failures = { new FailureStatus { Expert = "law", Revision = _cluster.RevisionOf("law"), Reason = "a disk" } },
            },
            hosts[0]);
        Assert.Equal(["b"], _cluster.Overview.Hosts("a").Select(h => h.Name));
    }

    private ExpertStatus Find(string name) => _cluster.Overview.FindExpert(name)!;
}
