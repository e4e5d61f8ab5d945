using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Grains;
using ExpertCluster.ExpertHost.Placement;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;

namespace ExpertCluster.ExpertHost.Tests.Grains;

public sealed class CatalogGrainTests
{
    private readonly SmallModels _models;
    private readonly CatalogueHolder _catalogue;
    private readonly ManualTime _time = new();
    private readonly (IGrainFactory Grains, ScriptedDesired Script) _desired = ScriptedDesired.Create();
    private readonly CatalogGrain _grain;

    public CatalogGrainTests(SmallModels models)
    {
        _models = models;
        _catalogue = new CatalogueHolder(models.Version(1, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Law)));
        _grain = new CatalogGrain(new PlacementRounds(new ChosenPlacement(Rounds.Policy()), _catalogue, NullLogger<PlacementRounds>.Instance), new DrainedHosts(_desired.Grains, _time), _time);
    }

    [Fact]
    public async Task GetView_HostThatFellSilent_IsGone()
    {
        await _grain.ReportHostAsync(new HostReport { Name = "a", Silo = "1" });
        _time.Advance(TimeSpan.FromSeconds(3));
        await _grain.ReportHostAsync(new HostReport { Name = "b", Silo = "2" });
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(["b"], (await _grain.GetViewAsync()).Hosts.Select(h => h.Name));
    }

    [Fact]
    public async Task ReportHost_SameNameAfterARestart_ReplacesTheOldSilo()
    {
        await _grain.ReportHostAsync(new HostReport { Name = "a", Silo = "1" });

        var view = await _grain.ReportHostAsync(new HostReport { Name = "a", Silo = "2" });

        Assert.Equal("2", Assert.Single(view.Hosts).Silo);
    }

    /// <summary>Hosts need no more, and there may be hundreds that ask each second.</summary>
    [Fact]
    public async Task ReportHost_WhatIsWarm_IsForRoutersAlone()
    {
        var report = new HostReport { Name = "a", Warm = [1, 2], Kept = [1], Failures = [new ExpertFailure { Expert = "law" }] };

        var answer = Assert.Single((await _grain.ReportHostAsync(report)).Hosts);

        Assert.Empty(answer.Warm);
        Assert.Empty(answer.Kept);
        Assert.Empty(answer.Failures);
        var seen = Assert.Single((await _grain.GetViewAsync()).Hosts);
        Assert.Equal((2, 1), (seen.Warm.Length, seen.Failures.Length));
    }

    /// <summary>What it decided before would move everything to the first hosts that report, and back.</summary>
    [Fact]
    public async Task GetOrders_NewActivation_WaitsUntilHostsHaveReported()
    {
        await ReportAsync("a");
        Assert.Null(await _grain.GetOrdersAsync("a"));

        _time.Advance(TimeSpan.FromSeconds(3));
        await ReportAsync("a");

        Assert.Equal(["law"], (await _grain.GetOrdersAsync("a"))!.Warm.Select(w => w.Expert));
        Assert.Null(await _grain.GetOrdersAsync("nobody"));
    }

    [Fact]
    public async Task GetOrders_CatalogueAndHostsChange_AreFollowedRoundByRound()
    {
        await OrderedAsync();
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["law"], await OrderedAsync());

        _catalogue.Swap(_models.Version(2, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", _models.Law, replicas: 2), SmallModels.Expert("tax", _models.Tax)));
        Assert.Equal(["law"], await OrderedAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["law", "law", "tax"], await OrderedAsync());
    }

    [Fact]
    public async Task TellDemand_OfARouter_IsWhatRoundsGoBy()
    {
        _time.Advance(TimeSpan.FromSeconds(3));
        string revision = _catalogue.Current.FindExpert("law")!.Revision;
        for (int i = 0; i < 120; i++)
        {
            await _grain.TellDemandAsync(new DemandReport { Router = "r0", Experts = [new ExpertAsked { Expert = "law", Revision = revision, ArrivalsPerSecond = 50, Running = 40 }] });
            await OrderedAsync();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["law", "law"], await OrderedAsync());
    }

    /// <summary>Of two hosts, which do at once what they are told.</summary>
    private async Task<List<string>> OrderedAsync()
    {
        List<string> all = [];
        foreach (string host in (string[])["a", "b"])
        {
            await ReportAsync(host);
            all.AddRange((await _grain.GetOrdersAsync(host))?.Warm.Select(w => w.Expert) ?? []);
        }

        return [.. all.Order(StringComparer.Ordinal)];
    }

    private async Task ReportAsync(string host)
    {
        var orders = await _grain.GetOrdersAsync(host);
        await _grain.ReportHostAsync(new HostReport
        {
            Name = host,
            Bases = [SmallModels.Base],
            FreeMemoryBytes = 1L << 33,
            TotalMemoryBytes = 1L << 34,
            Slots = 32,
            AdapterPlaces = 8,
            AdapterRank = 16,
            Kept = [.. (orders?.Warm ?? []).Select(w => RevisionId.Of(w.Revision))],
        });
    }
}
