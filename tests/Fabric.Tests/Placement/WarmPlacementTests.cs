using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;

namespace ExpertCluster.Fabric.Tests.Placement;

public sealed class WarmPlacementTests
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 200).Select(i => $"expert-{i}")];

    [Fact]
    public void Decide_Replicas_AreOnThatManyHosts()
    {
        var orders = WarmPlacement.Decide([Wish("law", replicas: 2), Wish("tax", replicas: 0), Wish("all", replicas: 9)], Hosts(3));

        Assert.Equal(2, HostsOf("law", orders).Count);
        Assert.Empty(HostsOf("tax", orders));
        Assert.Equal(3, HostsOf("all", orders).Count);
        Assert.Equal(3, orders.Count);
    }

    [Fact]
    public void Decide_HostComes_MovesItsShareAndNothingElse()
    {
        WarmWish[] wishes = [.. Names.Select(name => Wish(name))];
        var before = WarmPlacement.Decide(wishes, Hosts(4));
        var after = WarmPlacement.Decide(wishes, Hosts(5));

        string[] moved = [.. Names.Where(name => !HostsOf(name, before).SequenceEqual(HostsOf(name, after)))];
        Assert.All(moved, name => Assert.Equal(["host-4"], HostsOf(name, after)));
        Assert.InRange(moved.Length, 20, 60);
    }

    [Fact]
    public void Decide_OrderOfHosts_DoesNotMatter()
    {
        WarmWish[] wishes = [.. Names.Select(name => Wish(name, replicas: 2))];
        var some = WarmPlacement.Decide(wishes, Hosts(5));
        var other = WarmPlacement.Decide(wishes, [.. Hosts(5).Reverse()]);

        Assert.All(Names, name => Assert.Equal(HostsOf(name, some).Order(), HostsOf(name, other).Order()));
    }

    [Fact]
    public void Decide_WhoDrainsOrLacksBaseOrLabel_GetsNothing()
    {
        var hosts = Hosts(4);
        hosts[0] = hosts[0] with { Draining = true };
        hosts[1] = hosts[1] with { Bases = ["other"] };
        hosts[2] = hosts[2] with { Labels = ["zone=a", "gpu=l4"] };
        WarmWish[] wishes = [.. Names.Select(name => Wish(name, replicas: 4) with { Labels = ["zone=a"] })];

        var orders = WarmPlacement.Decide(wishes, hosts);

        Assert.All(Names, name => Assert.Equal(["host-2"], HostsOf(name, orders)));
    }

    private static WarmWish Wish(string name, int replicas = 1) => new(new ExpertOrder { Expert = name, Revision = "1" }, "small", replicas, []);

    private static HostReport[] Hosts(int count) => [.. Enumerable.Range(0, count).Select(i => new HostReport { Name = $"host-{i}", Bases = ["small"] })];

    private static List<string> HostsOf(string expert, IReadOnlyDictionary<string, HostOrders> orders) =>
        [.. orders.Where(o => o.Value.Warm.Any(w => w.Expert == expert)).Select(o => o.Key)];
}
