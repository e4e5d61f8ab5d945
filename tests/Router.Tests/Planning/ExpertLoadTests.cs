using ExpertCluster.Contracts.Routing;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Planning;

namespace ExpertCluster.Router.Tests.Planning;

public sealed class ExpertLoadTests
{
    private readonly RoutableExpert _expert = new("law", "demo", false) { BaseRevision = "b1", Labels = ["zone=1"] };
    private readonly HostDirectory _hosts = new();

    [Fact]
    public void IsBusy_AHostHasNobodyWaiting_IsFree()
    {
        Report(Host("a", waiting: 3), Host("b", waiting: 0));
        Assert.False(new ExpertLoad(_hosts).IsBusy(_expert));
    }

    [Fact]
    public void IsBusy_OnlyHostsThatCanNotTakeItAreFree_IsBusy()
    {
        Report(Host("a", waiting: 1), Host("b", waiting: 0) with { Draining = true }, Host("c", waiting: 0) with { BaseRevisions = ["b2"] }, Host("d", waiting: 0) with { Labels = ["zone=2"] });
        Assert.True(new ExpertLoad(_hosts).IsBusy(_expert));
    }

    [Fact]
    public void IsBusy_NoHost_IsNot() => Assert.False(new ExpertLoad(_hosts).IsBusy(_expert));

    private void Report(params HostReport[] hosts) => _hosts.Update(new ClusterView { Hosts = hosts }, _ => false);

    private static HostReport Host(string name, int waiting) => new() { Name = name, Address = $"http://{name}", BaseRevisions = ["b1"], Labels = ["zone=1"], Waiting = waiting };
}
