using ExpertCluster.Fabric.Placement.Rounds;

namespace ExpertCluster.Fabric.Tests.Placement.Rounds.Deciding;

public sealed class BaseRulesTests
{
    private readonly World _world = new();

    [Fact]
    public void Round_HostWithoutABase_GetsOneWhenItHasSettled()
    {
        _world.AddHost("first");
        _world.AddHost("a", heldBase: null);

        _world.Run(5);
        Assert.Empty(_world.Hosts["a"].Bases);
        _world.Run(40);

        Assert.Equal([World.Base], _world.Hosts["a"].Bases.Select(b => b.Name));
    }

    [Fact]
    public void Round_BelowTheMinimumOfHosts_OpensAtOnceOnTheHostWithMemory()
    {
        _world.Bases = [new RoundBase { Name = World.Base, Bytes = 800 << 20, MinimumHosts = 1 }, new RoundBase { Name = "other", Bytes = 100 << 20, MinimumHosts = 2 }];
        _world.Change(_world.AddHost("a") with { Memory = new Room(10 << 20, 1L << 30) });
        _world.Change(_world.AddHost("b") with { Memory = new Room(200 << 20, 1L << 30) });
        _world.Change(_world.AddHost("c") with { Memory = new Room(200 << 20, 1L << 30) });

        _world.Run(40);

        Assert.Equal([], _world.Hosts["a"].Bases.Where(b => b.Name == "other"));
        Assert.Equal(2, _world.Hosts.Values.Count(h => h.Bases.Any(b => b.Name == "other" && b.Ready)));
        Assert.Equal(2, _world.Log.Count);
    }

    [Theory]
    [InlineData(1L << 30, 0, false)]
    [InlineData(1L << 30, 1L << 29, false)]
    [InlineData(1L << 20, 1L << 30, true)]
    public void Round_Device_IsTheMemoryThatCounts(long memory, long device, bool fits)
    {
        _world.Bases = [new RoundBase { Name = "big", Bytes = 850 << 20, MinimumHosts = 1 }];
        _world.Change(_world.AddHost("a", heldBase: null) with { Memory = new Room(memory / 2, memory), Device = new Room(device, device) });

        _world.Run(60);

        Assert.Equal(fits, _world.Hosts["a"].Bases.Count == 1);
    }

    [Fact]
    public void Round_AskedForAndOpenNowhere_Opens()
    {
        Two(minimumOfOther: 0);
        _world.AddHosts(2);
        _world.Run(30);
        Assert.DoesNotContain(_world.Log, l => l.Decision.Expert is null);

        Ask("other", 1);
        _world.Run(30);

        Assert.Single(_world.Hosts.Values, h => h.Bases.Any(b => b.Name == "other" && b.Ready));
        Assert.Single(_world.HostsOf("of other"));
    }

    [Fact]
    public void Round_UsedTooMuchForLong_OpensOnMoreAndNoMoreThanThat()
    {
        Two();
        Hosts(4);
        Ask("other", 58);
        _world.Run(35);
        Assert.DoesNotContain(_world.Log, l => l.Decision.Kind == DecisionKind.LoadBase);

        _world.Run(600);

        // 58 requests at a use of 0.65 take 3 hosts of 32 slots.
        Assert.Equal(3, HostsWith("other"));
    }

    [Fact]
    public void Round_UsedTooMuchForAMoment_ChangesNothing()
    {
        Two();
        Hosts(4);
        for (int i = 0; i < 20; i++)
        {
            Ask("other", 64);
            _world.Run(20);
            Ask("other", 1);
            _world.Run(40);
        }

        Assert.DoesNotContain(_world.Log, l => l.Decision.Expert is null);
    }

    [Fact]
    public void Round_NoMemoryLeft_TakesAHostOfABaseThatIsUsedLessAndDoesNotGiveItBack()
    {
        Two(bytes: 600 << 20);
        Hosts(6, free: 300 << 20);
        Ask("other", 90);
        Ask(World.Base, 5);

        _world.Run(1200, () => Assert.All(_world.Experts, e => Assert.Contains(_world.Replicas.Values, r => r.Expert == e.Id)));

        // 90 requests at a use of 0.65 take 5 hosts of 32 slots.
        Assert.Equal(5, HostsWith("other"));
        Assert.Equal(1, HostsWith(World.Base));
        Assert.Equal(2, _world.Log.Count(l => l.Decision.Kind == DecisionKind.LetBaseGo));
        Assert.Equal(2, _world.Log.Count(l => l.Decision.Kind == DecisionKind.LoadBase));
        int settled = _world.Log.Count(l => l.Decision.Expert is null);
        _world.Run(3600);
        Assert.Equal(settled, _world.Log.Count(l => l.Decision.Expert is null));
    }

    [Fact]
    public void Round_BothAreUsedMuch_NeitherTakesFromTheOther()
    {
        Two(bytes: 600 << 20);
        Hosts(6, free: 300 << 20);
        Ask("other", 90);
        Ask(World.Base, 85);

        _world.Run(2000);

        Assert.DoesNotContain(_world.Log, l => l.Decision.Expert is null);
    }

    [Fact]
    public void Round_MaximumOfHosts_IsKept()
    {
        _world.Bases = [new RoundBase { Name = World.Base, MaximumHosts = 2 }];
        _world.AddHosts(4);

        _world.Run(60);
        _world.AddHost("new", heldBase: null);
        _world.Run(60);

        Assert.Equal(2, HostsWith(World.Base));
    }

    [Fact]
    public void Round_LabelsThatNoHostOfTheBaseHas_OpenItWhereTheyAre()
    {
        Two();
        _world.AddHosts(2);
        _world.Change(_world.AddHost("special", heldBase: "other") with { Labels = new Dictionary<string, string> { ["gpu"] = "yes" } });
        _world.Change(_world.Add("law") with { Labels = new Dictionary<string, string> { ["gpu"] = "yes" } });

        _world.Run(40);

        Assert.Equal(["special"], _world.HostsOf("law"));
    }

    [Fact]
    public void Round_PinOnAHostWithoutTheBase_OpensItThere()
    {
        Two();
        _world.AddHosts(2);
        _world.AddHost("special", heldBase: "other");
        _world.Change(_world.Add("law") with { Pinned = ["special"] });

        _world.Run(40);

        Assert.Contains("special", _world.HostsOf("law"));
    }

    [Fact]
    public void Round_ManyEmptyHosts_AreNotFilledAllAtOnce()
    {
        for (int i = 0; i < 40; i++)
        {
            _world.AddHost($"host-{i:00}", heldBase: null);
        }

        _world.Run(40, () => Assert.InRange(_world.Last.Decisions.Count(d => d.Kind == DecisionKind.LoadBase), 0, _world.Options.BaseMovesPerRound));

        Assert.Equal(40, HostsWith(World.Base));
    }

    private void Two(long bytes = 1 << 20, int minimumOfOther = 1)
    {
        _world.Bases = [new RoundBase { Name = World.Base, Bytes = bytes }, new RoundBase { Name = "other", Bytes = bytes, MinimumHosts = minimumOfOther }];
        _world.Add($"of {World.Base}", minimum: 1);
        _world.Change(_world.Add("of other", minimum: minimumOfOther) with { Base = "other" });
    }

    /// <summary>Half of them with each base.</summary>
    private void Hosts(int count, long free = 1L << 30)
    {
        for (int i = 0; i < count; i++)
        {
            _world.Change(_world.AddHost($"host-{i}", heldBase: i % 2 == 0 ? World.Base : "other") with { Memory = new Room(free, 1L << 30) });
        }
    }

    private void Ask(string name, int running) => _world.Running[$"of {name}"] = running;

    private int HostsWith(string name) => _world.Hosts.Values.Count(h => h.Bases.Any(b => b.Name == name && b.Ready));
}
