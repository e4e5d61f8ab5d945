using ExpertCluster.Fabric.Placement.Rounds;

namespace ExpertCluster.Fabric.Tests.Placement.Rounds.Deciding;

public sealed class DemandPlacementTests
{
    private static readonly Dictionary<string, string> Gpu = new() { ["gpu"] = "yes" };

    private readonly World _world = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Round_BelowTheMinimum_WarmsUpToIt(int minimum)
    {
        _world.AddHosts(5);
        _world.Add("law", minimum);

        _world.Run(5);

        Assert.Equal(minimum, _world.HostsOf("law").Length);
        Assert.All(_world.Log, l => Assert.Equal(DecisionCause.Minimum, l.Decision.Cause));
        Assert.Equal($"it has 0 of at least {minimum} replicas", _world.Log[0].Decision.Reason);
    }

    [Fact]
    public void Round_NothingChanges_DecidesNothing()
    {
        _world.AddHosts(7, zones: 2);
        AddMany(40);
        _world.Run(30);
        int decided = _world.Log.Count;

        _world.Run(1000);

        Assert.Equal(decided, _world.Log.Count);
    }

    [Fact]
    public void Round_MinimumZeroAndNobodyAsks_StaysCold()
    {
        _world.AddHosts(3);
        _world.Add("law", minimum: 0);

        _world.Run(100);

        Assert.Empty(_world.HostsOf("law"));
    }

    [Fact]
    public void Round_MinimumZeroAndAsked_WarmsOneAndLetsItGoWhenIdle()
    {
        _world.AddHosts(3);
        _world.Change(_world.Add("law", minimum: 0) with { IdleAfter = TimeSpan.FromMinutes(4) });
        _world.Running["law"] = 1;
        _world.Run(2);
        Assert.Single(_world.HostsOf("law"));

        _world.Running["law"] = 0;
        _world.Run(235);
        Assert.Single(_world.HostsOf("law"));
        _world.Run(10);
        Assert.Empty(_world.HostsOf("law"));

        // Back again, though not on the host that has just been told to let it go.
        _world.Running["law"] = 1;
        _world.Run(2);
        Assert.Single(_world.HostsOf("law"));
    }

    [Fact]
    public void Round_DemandNotKnown_LetsNothingGoHoweverLong()
    {
        _world.AddHosts(3);
        _world.Add("law", minimum: 0);
        _world.Running["law"] = 20;
        _world.Run(60);
        int replicas = _world.HostsOf("law").Length;
        Assert.InRange(replicas, 2, 3);

        _world.IsDemandKnown = false;
        _world.Run(4000);
        Assert.Equal(replicas, _world.HostsOf("law").Length);

        // Known again, the waiting begins anew.
        _world.Running["law"] = 0;
        _world.IsDemandKnown = true;
        _world.Run(60);
        Assert.Equal(replicas, _world.HostsOf("law").Length);
    }

    [Theory]
    [InlineData(6, 1)]
    [InlineData(7, 2)]
    [InlineData(20, 4)]
    [InlineData(30, 5)]
    [InlineData(500, 8)]
    public void Round_SteadyDemand_HasReplicasForIt(int running, int expected)
    {
        _world.AddHosts(12);
        _world.Add("law");
        _world.Running["law"] = running;

        _world.Run(120);

        Assert.Equal(expected, _world.HostsOf("law").Length);
    }

    [Fact]
    public void Round_DemandFalls_ShrinksAfterAWhileOnly()
    {
        _world.AddHosts(8);
        _world.Add("law");
        _world.Running["law"] = 30;
        _world.Run(200);
        Assert.Equal(5, _world.HostsOf("law").Length);

        _world.Running["law"] = 3;
        _world.Run(100);
        Assert.Equal(5, _world.HostsOf("law").Length);
        _world.Run(500);
        Assert.Single(_world.HostsOf("law"));
        Assert.Contains(_world.Log, l => l.Decision is { Kind: DecisionKind.LetExpertGo, Cause: DecisionCause.Quiet });
    }

    [Fact]
    public void Round_RequestsWait_AddsOneAndGivesItTime()
    {
        _world.AddHosts(8);
        _world.Add("law");
        _world.Running["law"] = 2;
        _world.QueueTime = TimeSpan.FromSeconds(2);

        _world.Run(8);
        Assert.Equal(2, _world.HostsOf("law").Length);
        _world.Run(8);
        Assert.InRange(_world.HostsOf("law").Length, 2, 3);
        Assert.Contains("queue", _world.Log[^1].Decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Round_EveryHostIsCrowded_AddsNoReplicaForDemand()
    {
        _world.AddHosts(4);
        foreach (var host in _world.Hosts.Values.ToList())
        {
            _world.Change(host with { Running = 32 });
        }

        _world.Add("law");
        _world.Running["law"] = 100;
        _world.Run(60);

        Assert.Single(_world.HostsOf("law"));
    }

    [Fact]
    public void Round_Zones_AreSpreadOver()
    {
        _world.AddHosts(9, zones: 3);
        for (int i = 0; i < 20; i++)
        {
            _world.Add($"e{i}", minimum: 3);
        }

        _world.Run(10);

        Assert.All(_world.Experts, e => Assert.Equal(3, _world.HostsOf(e.Id.Name).Select(h => _world.Hosts[h].Labels["zone"]).Distinct().Count()));
    }

    [Fact]
    public void Round_Pins_AreHonouredAndStay()
    {
        _world.AddHosts(6);
        _world.Change(_world.Add("law", minimum: 0, maximum: 3) with { Pinned = ["host-05", "host-02", "nowhere"] });

        _world.Run(1000);

        Assert.Equal(["host-02", "host-05"], _world.HostsOf("law"));
    }

    [Fact]
    public void Round_PinTakenAway_LetsTheIdleReplicaGo()
    {
        _world.AddHosts(6);
        var law = _world.Add("law", minimum: 0);
        _world.Change(law with { Pinned = ["host-05"] });
        _world.Run(700);

        _world.Change(law);
        _world.Run(5);

        Assert.Empty(_world.HostsOf("law"));
    }

    [Fact]
    public void Round_MorePinsThanTheMaximum_KeepsToTheMaximum()
    {
        _world.AddHosts(6);
        _world.Change(_world.Add("law", minimum: 0, maximum: 2) with { Pinned = ["host-01", "host-02", "host-03"] });

        _world.Run(10, () => Assert.InRange(_world.HostsOf("law").Length, 0, 2));

        Assert.Equal(2, _world.HostsOf("law").Length);
    }

    [Fact]
    public void Round_MaximumLowered_LetsTheRestGoAtOnce()
    {
        _world.AddHosts(6);
        var law = _world.Add("law", minimum: 4);
        _world.Run(6);
        Assert.Equal(4, _world.HostsOf("law").Length);

        _world.Change(law with { Minimum = 1, Maximum = 2 });
        _world.Run(3);

        Assert.Equal(2, _world.HostsOf("law").Length);
        Assert.Equal("it has 3 of at most 2 replicas", _world.Log[^1].Decision.Reason);
    }

    [Fact]
    public void Round_Labels_AreRequired()
    {
        _world.AddHosts(4);
        _world.Change(_world.AddHost("special") with { Labels = Gpu });
        _world.Change(_world.Add("law", minimum: 2) with { Labels = Gpu });

        _world.Run(5);

        Assert.Equal(["special"], _world.HostsOf("law"));
        Assert.Equal(new Unplaced(new ExpertId("law", "r1"), "every host that may have it has it"), Assert.Single(_world.Last.Unplaced));
    }

    [Fact]
    public void Round_HostLosesItsLabel_LetsGoAndWarmsElsewhere()
    {
        _world.AddHosts(2);
        _world.Change(_world.AddHost("a") with { Labels = Gpu });
        _world.Change(_world.Add("law") with { Labels = Gpu });
        _world.Run(3);
        Assert.Equal(["a"], _world.HostsOf("law"));

        _world.Change(_world.Hosts["a"] with { Labels = new Dictionary<string, string>() });
        _world.Change(_world.AddHost("b") with { Labels = Gpu });
        _world.Run(3);

        Assert.Equal(["b"], _world.HostsOf("law"));
    }

    [Theory]
    [InlineData(17, 1 << 20, "its rank 17 is above what hosts have room for")]
    [InlineData(8, 2L << 30, "no host has a place and 2147483648 bytes free")]
    public void Round_AdapterThatFitsNowhere_IsNamed(int rank, long bytes, string reason)
    {
        _world.AddHosts(3);
        _world.Change(_world.Add("law") with { Rank = rank, Bytes = bytes });

        _world.Run(3);

        Assert.Empty(_world.HostsOf("law"));
        Assert.Equal(reason, Assert.Single(_world.Last.Unplaced).Reason);
    }

    [Fact]
    public void Round_BytesDecidedInOneRound_AreNotSpentTwice()
    {
        _world.Change(_world.AddHost("a") with { Memory = new Room(5 << 20, 1L << 30) });
        _world.Change(_world.AddHost("b") with { Memory = new Room(2 << 20, 1L << 30) });
        AddMany(20);

        _world.Round();

        Assert.Equal(5, _world.CountOn("a"));
        Assert.Equal(2, _world.CountOn("b"));
    }

    [Fact]
    public void Round_NoPlaceLeft_MakesRoomForTheOneThatIsAskedFor()
    {
        _world.AddHost("a", places: 3);
        foreach (string name in (string[])["x", "y", "z", "law"])
        {
            _world.Add(name, minimum: 0);
        }

        (_world.Running["x"], _world.Running["y"], _world.Running["z"]) = (1, 1, 1);
        _world.Run(200);
        (_world.Running["x"], _world.Running["y"], _world.Running["z"]) = (1, 0, 1);
        _world.Run(60);
        _world.Running["law"] = 1;
        _world.Run(3);

        Assert.Equal(["a"], _world.HostsOf("law"));
        Assert.Empty(_world.HostsOf("y"));
        Assert.Contains(_world.Log, l => l.Decision.Cause == DecisionCause.Room);
    }

    [Fact]
    public void Round_FailsEverywhere_TriesOneHostAfterTheOtherAndNotWithoutPause()
    {
        _world.AddHosts(4);
        _world.Add("law");
        _world.Broken.Add("law");

        _world.Run(25);
        Assert.Equal(4, _world.Log.Select(l => l.Decision.Host).Distinct().Count());
        Assert.Equal(4, _world.Log.Count);

        _world.Run(300);
        Assert.InRange(_world.Log.Count, 10, 50);
    }

    [Fact]
    public void Round_DrainingHost_KeepsUntilOthersAreReady()
    {
        _world.AddHosts(3);
        AddMany(30);
        _world.Run(20);
        int before = _world.CountOn("host-01");
        Assert.True(before > 5);

        _world.Change(_world.Hosts["host-01"] with { Draining = true });
        _world.Run(60, () => Assert.All(
            _world.Experts,
            e => Assert.Contains(_world.Replicas.Values, r => r.Expert == e.Id && r.Ready)));

        Assert.Equal(0, _world.CountOn("host-01"));
        Assert.Equal(30, _world.Replicas.Count);
    }

    [Fact]
    public void Round_HostsDrainOneAfterTheOther_NoExpertHasMoreThanBefore()
    {
        _world.AddHosts(8);
        AddMany(10);
        _world.Running["e003"] = 14;
        _world.Run(60);
        int replicas = _world.HostsOf("e003").Length;
        Assert.Equal(3, replicas);

        foreach (string host in (string[])[.. _world.HostsOf("e003")])
        {
            _world.Change(_world.Hosts[host] with { Draining = true });
            _world.Run(6, () => Assert.InRange(_world.HostsOf("e003").Count(h => !_world.Hosts[h].Draining), replicas - 1, replicas));
        }

        Assert.Equal(replicas, _world.HostsOf("e003").Length);
        Assert.Equal(9 + replicas, _world.Replicas.Count);
    }

    [Fact]
    public void Round_OnlyHostDrains_KeepsWhatItHas()
    {
        _world.AddHosts(1);
        AddMany(5);
        _world.Run(5);

        _world.Change(_world.Hosts["host-00"] with { Draining = true });
        _world.Run(50);

        Assert.Equal(5, _world.CountOn("host-00"));
    }

    [Fact]
    public void Round_HostJoins_TakesItsShareGraduallyWithinAMinute()
    {
        _world.AddHosts(4);
        AddMany(200);
        _world.Run(300);
        _world.AddHost("new");
        int before = 0;

        _world.Run(60, () =>
        {
            Assert.InRange(_world.CountOn("new") - before, 0, _world.Options.MovesPerHost);
            before = _world.CountOn("new");
        });

        Assert.InRange(before, 28, 52);
        Assert.Equal(200, _world.Replicas.Count);
    }

    [Fact]
    public void Round_HostIsLost_ItsExpertsAreBackAtOnce()
    {
        _world.AddHosts(4);
        AddMany(40);
        _world.Run(30);

        _world.Lose("host-02");
        _world.Run(4);

        Assert.All(_world.Experts, e => Assert.Single(_world.HostsOf(e.Id.Name)));
    }

    [Fact]
    public void Round_ExpertLeavesTheCatalogue_IsLetGo()
    {
        _world.AddHosts(2);
        AddMany(3);
        _world.Run(3);

        _world.Experts = [.. _world.Experts.Skip(1)];
        _world.Round();

        Assert.Equal(2, _world.Replicas.Count);
        Assert.Equal("let e000@r1 go from " + _world.Log[^1].Decision.Host + ": it is not in the catalogue any more", _world.Log[^1].Decision.ToString());
    }

    [Fact]
    public void Round_TwoRevisionsOfAName_ArePlacedEachByItself()
    {
        _world.AddHosts(3);
        var law = _world.Add("law");
        _world.Experts = [.. _world.Experts, law with { Id = new ExpertId("law", "r2"), Minimum = 2 }];

        _world.Run(5);

        Assert.Equal(1, _world.Replicas.Keys.Count(k => k.Expert.Revision == "r1"));
        Assert.Equal(2, _world.Replicas.Keys.Count(k => k.Expert.Revision == "r2"));
    }

    [Fact]
    public void Round_MoreThanItMay_DecidesNoMoreThanItMay()
    {
        World world = new(new PlacementOptions { MovesPerRound = 7, MovesPerHost = 3 });
        world.AddHosts(9);
        for (int i = 0; i < 100; i++)
        {
            world.Add($"e{i:000}");
        }

        world.Run(20, () =>
        {
            Assert.InRange(world.Last.Decisions.Count, 0, 7);
            Assert.All(world.Last.Decisions.GroupBy(d => d.Host), g => Assert.InRange(g.Count(), 1, 3));
        });

        Assert.Equal(100, world.Replicas.Count);
    }

    [Fact]
    public void Round_ManyThatFitNowhere_DoNotKeepOthersFromTheirTurn()
    {
        World world = new(new PlacementOptions { MovesPerRound = 5 });
        world.AddHosts(3);
        for (int i = 0; i < 200; i++)
        {
            world.Change(world.Add($"a{i:000}") with { Labels = Gpu });
        }

        world.Add("z");
        world.Run(40);

        Assert.Single(world.HostsOf("z"));
    }

    private void AddMany(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _world.Add($"e{i:000}");
        }
    }
}
