using ExpertCluster.Contracts;
using ExpertCluster.Fabric.Placement.Rounds;
using Microsoft.Extensions.DependencyInjection;

namespace ExpertCluster.Fabric.Tests.Placement.Rounds.Baselines;

public sealed class StaticPlacementTests
{
    [Theory]
    [InlineData(PlacementPolicies.RoundRobin)]
    [InlineData(PlacementPolicies.LeastLoaded)]
    public void Round_Baseline_PlacesTheMinimumAndNeverScales(string name)
    {
        var world = WorldOf(name);
        world.AddHosts(5);
        world.Add("law", minimum: 0);
        world.Add("code", minimum: 2);
        world.Running["law"] = 100;

        world.Run(200);

        Assert.Single(world.HostsOf("law"));
        Assert.Equal(2, world.HostsOf("code").Length);
        Assert.Equal(3, world.Log.Count);
    }

    [Theory]
    [InlineData(PlacementPolicies.RoundRobin)]
    [InlineData(PlacementPolicies.LeastLoaded)]
    public void Round_HostDrainsOrDies_IsReplaced(string name)
    {
        var world = WorldOf(name);
        world.AddHosts(4);
        for (int i = 0; i < 12; i++)
        {
            world.Add($"e{i:00}");
        }

        world.Run(10);
        world.Change(world.Hosts["host-00"] with { Draining = true });
        world.Lose("host-01");
        world.Run(20);

        Assert.Equal(0, world.CountOn("host-00"));
        Assert.Equal(12, world.Replicas.Count);
    }

    [Fact]
    public void Round_RoundRobin_TakesHostsInTurn()
    {
        var world = WorldOf(PlacementPolicies.RoundRobin);
        world.AddHosts(4);
        for (int i = 0; i < 12; i++)
        {
            world.Add($"e{i:00}");
        }

        world.Run(3);

        Assert.All(world.Hosts.Keys, h => Assert.Equal(3, world.CountOn(h)));
    }

    [Fact]
    public void Round_LeastLoaded_TakesTheHostWithTheFewestRequests()
    {
        var world = WorldOf(PlacementPolicies.LeastLoaded);
        world.AddHosts(3);
        world.Change(world.Hosts["host-00"] with { Running = 3 });
        world.Change(world.Hosts["host-01"] with { Running = 1 });
        world.Change(world.Hosts["host-02"] with { Running = 2 });
        world.Add("law");

        world.Run(2);

        Assert.Equal(["host-01"], world.HostsOf("law"));
    }

    [Fact]
    public void AddPlacementRounds_Policies_AreFoundByName()
    {
        using var services = new ServiceCollection().AddPlacementRounds(new PlacementOptions()).BuildServiceProvider();

        var policies = new PolicySet<IPlacementPolicy>(services.GetServices<IPlacementPolicy>());

        Assert.Equal([PlacementPolicies.Default, PlacementPolicies.RoundRobin, PlacementPolicies.LeastLoaded], policies.Names);
    }

    [Fact]
    public void AddPlacementRounds_FiguresOutOfRange_NamesEach()
    {
        var error = Assert.Throws<SetupException>(() => new ServiceCollection().AddPlacementRounds(new PlacementOptions { MovesPerRound = 0, UpUse = 0.6, BalanceSlack = double.NaN }));

        Assert.Equal(
            "MovesPerRound is 0; it must be from 1 to 100000; UpUse is 0.6; it must be from 0.65 to 1; AimUse is 0.65; it must be from 0.5 to 0.6; "
            + "BalanceSlack is NaN; it must be from 0.05 to 1",
            error.Message);
    }

    private static World WorldOf(string name)
    {
        PlacementOptions options = new();
        using var services = new ServiceCollection().AddPlacementRounds(options).BuildServiceProvider();
        return new World(options, services.GetServices<IPlacementPolicy>().Single(p => p.Name == name));
    }
}
