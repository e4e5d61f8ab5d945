using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Grains;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.TestSupport;

namespace ExpertCluster.ExpertHost.Tests.Grains;

public sealed class CatalogGrainTests
{
    private readonly SmallModels _models;
    private readonly CatalogueHolder _catalogue;
    private readonly ManualTime _time = new();
    private readonly CatalogGrain _grain;

    public CatalogGrainTests(SmallModels models)
    {
        _models = models;
        _catalogue = new CatalogueHolder(models.Version(1, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Law)));
        _grain = new CatalogGrain(_catalogue, _time);
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
        var report = new HostReport { Name = "a", Warm = [1, 2], Failures = [new ExpertFailure { Expert = "law" }] };

        var answer = Assert.Single((await _grain.ReportHostAsync(report)).Hosts);

        Assert.Empty(answer.Warm);
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

        Assert.Equal(["small", "law"], (await _grain.GetOrdersAsync("a"))!.Warm.Select(w => w.Expert));
        Assert.Null(await _grain.GetOrdersAsync("nobody"));
    }

    [Fact]
    public async Task GetOrders_CatalogueAndHostsChange_AreFollowed()
    {
        _time.Advance(TimeSpan.FromSeconds(3));
        await ReportAsync("a");
        await ReportAsync("b");
        Assert.Equal(["law", "small"], await OrderedAsync("a", "b"));

        _catalogue.Swap(_models.Version(2, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", _models.Law, replicas: 2), SmallModels.Expert("tax", _models.Tax)));
        Assert.Equal(["law", "law", "small", "tax"], await OrderedAsync("a", "b"));

        await _grain.ReportHostAsync(new HostReport { Name = "b", Bases = [SmallModels.Base], Draining = true });
        Assert.Equal(["law", "small", "tax"], await OrderedAsync("a", "b"));
    }

    private Task ReportAsync(string host) => _grain.ReportHostAsync(new HostReport { Name = host, Bases = [SmallModels.Base] });

    private async Task<List<string>> OrderedAsync(params string[] hosts)
    {
        List<string> all = [];
        foreach (string host in hosts)
        {
            all.AddRange((await _grain.GetOrdersAsync(host))!.Warm.Select(w => w.Expert));
        }

        return [.. all.Order(StringComparer.Ordinal)];
    }
}
