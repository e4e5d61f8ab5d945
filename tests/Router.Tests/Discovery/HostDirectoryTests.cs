using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Discovery;

namespace ExpertCluster.Router.Tests.Discovery;

public sealed class HostDirectoryTests
{
    private readonly HostDirectory _hosts = new();

    [Fact]
    public void Update_Reports_AreWhatHostsSaid()
    {
        _hosts.Update(Of(new HostReport { Name = "a", Address = "http://a:1", BaseRevisions = ["b0"], Warm = [7], Labels = ["zone=a"], Draining = true }), _ => false);

        var host = Assert.Single(_hosts.Hosts);
        Assert.Equal(("a", "http://a:1", true, true), (host.Name, host.Address, host.Draining, host.HasBases));
        Assert.True(host.HasBase("b0") && host.IsWarm(7) && host.Labels.Contains("zone=a"));
        Assert.False(host.HasBase("b1") || host.IsWarm(8));
    }

    /// <summary>The grain that makes the view may have moved, and heard of nobody yet.</summary>
    [Fact]
    public void Update_ViewLacksAHost_KeepsItWhileItAnswers()
    {
        _hosts.Update(Of(new() { Name = "a" }, new() { Name = "b" }), _ => false);

        _hosts.Update(Of(new HostReport { Name = "c" }), name => name == "b");
        Assert.Equal(["c", "b"], _hosts.Hosts.Select(h => h.Name));

        _hosts.Update(Of(new HostReport { Name = "c" }), _ => false);
        Assert.Equal(["c"], _hosts.Hosts.Select(h => h.Name));
    }

    private static ClusterView Of(params HostReport[] hosts) => new() { Hosts = hosts };
}
