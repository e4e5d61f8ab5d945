using ExpertCluster.ExpertHost.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Grains;

/// <summary>The placement director where it belongs, in a silo.</summary>
public sealed class PlacementTests(SmallCluster cluster) : IClassFixture<SmallCluster>, IDisposable
{
    [Fact]
    public async Task Place_HostThatHoldsTheBase_IsTaken()
    {
        foreach (string holder in cluster.Hosts.Keys)
        {
            string expert = "held-by-" + holder;
            cluster.Add(SmallModels.Alone(expert));
            cluster.Report(r => r.Name == holder ? r with { Bases = [expert] } : r);

            Assert.Equal(holder, Assert.Single(await cluster.ReplicasAsync(expert)).Host);
        }
    }

    [Fact]
    public async Task Place_HostThatDrains_IsLeftOut()
    {
        foreach (string draining in cluster.Hosts.Keys)
        {
            string expert = "away-from-" + draining;
            cluster.Add(SmallModels.Alone(expert, replicas: 2));
            cluster.Report(r => r with { Draining = r.Name == draining });

            Assert.NotEqual(draining, Assert.Single(await cluster.ReplicasAsync(expert)).Host);
        }
    }

    [Fact]
    public async Task Place_NobodyHasReportedYet_IsPlacedAllTheSame()
    {
        cluster.Add(SmallModels.Alone("early"));
        foreach (var host in cluster.Hosts.Values)
        {
            host.Of<Fabric.Placement.ClusterViewCache>().Update(Fabric.Grains.ClusterView.Empty);
        }

        Assert.Single(await cluster.ReplicasAsync("early"));
    }

    [Fact]
    public async Task Place_HostThatIsNoLongerThere_IsNotTaken()
    {
        cluster.Add(SmallModels.Alone("ghost"));
        cluster.Report(r => r with { Silo = r.Silo + "0" });

        Assert.Single(await cluster.ReplicasAsync("ghost"));
    }

    public void Dispose() => cluster.Report();
}
