using ExpertCluster.ExpertHost.Grains;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.TestSupport;

namespace ExpertCluster.ExpertHost.Tests.Grains;

public sealed class CatalogGrainTests
{
    private readonly ManualTime _time = new();
    private readonly CatalogGrain _grain;

    public CatalogGrainTests() => _grain = new CatalogGrain(_time);

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
}
