using ExpertCluster.Fabric.Placement.Rounds;

namespace ExpertCluster.Fabric.Tests.Placement.Rounds.Deciding;

/// <summary>What holds in every round, whatever happens: hosts join, drain and die, demand and the catalogue change, all by a seed.</summary>
public sealed class PlacementPropertyTests
{
    private const int Rounds = 900;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Rounds_WhateverHappens_KeepTheRules(int seed)
    {
        World world = new();
        Fate fate = new(world, seed);

        world.Run(Rounds, () =>
        {
            CheckCounts(world);
            CheckFit(world);
            fate.Strike();
        });

        CheckCooldown(world, fate);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Rounds_ListsInAnyOrder_DecideTheSame(int seed)
    {
        World straight = new();
        World shuffled = new(order: new Random(seed * 31));
        Fate one = new(straight, seed);
        Fate other = new(shuffled, seed);
        for (int i = 0; i < 300; i++)
        {
            Assert.Equal(straight.Round(), shuffled.Round());
            one.Strike();
            other.Strike();
        }

        Assert.NotEmpty(straight.Log);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Rounds_TroublesEnd_SettleAndStay(int seed)
    {
        World world = new();
        Fate fate = new(world, seed);
        world.Run(300, fate.Strike);
        fate.End();

        world.Run(1800);
        int settled = world.Log.Count;
        world.Run(600);

        Assert.Equal([], world.Log.Skip(settled).Select(l => l.Decision.ToString()));
        Assert.Empty(world.Last.Unplaced);
        Assert.All(world.Experts, e => Assert.InRange(world.HostsOf(e.Id.Name).Length, e.Minimum, e.Maximum));
    }

    private static void CheckCounts(World world)
    {
        Assert.InRange(world.Last.Decisions.Count, 0, world.Options.MovesPerRound + world.Options.BaseMovesPerRound);
        foreach (var expert in world.Experts)
        {
            int count = world.Replicas.Keys.Count(k => k.Expert == expert.Id && !world.Hosts[k.Host].Draining);
            int warmed = world.Last.Decisions.Count(d => d.Expert == expert.Id && d.Kind == DecisionKind.WarmExpert);
            Assert.True(warmed == 0 || count <= expert.Maximum, $"{expert.Id} has {count} of at most {expert.Maximum}");
        }
    }

    private static void CheckFit(World world)
    {
        foreach (var decision in world.Last.Decisions.Where(d => d.Kind == DecisionKind.WarmExpert))
        {
            var host = world.Hosts[decision.Host];
            var expert = world.Experts.Single(e => e.Id == decision.Expert);
            Assert.False(host.Draining, decision.ToString());
            Assert.True(host.Bases.Any(b => b.Ready && b.Name == expert.Base), decision.ToString());
            Assert.All(expert.Labels, label => Assert.Equal(label.Value, host.Labels.GetValueOrDefault(label.Key)));
            Assert.InRange(expert.Rank, 1, host.AdapterRank);
            Assert.InRange(world.CountOn(host.Name), 0, host.AdapterPlaces);
            Assert.NotEmpty(decision.Reason);
        }
    }

    /// <summary>No decision about an expert and a host is undone within the cooldown, but for what was forced on the policy.</summary>
    private static void CheckCooldown(World world, Fate fate)
    {
        Dictionary<(ExpertId?, string), (DecisionKind Kind, TimeSpan At)> latest = [];
        foreach (var (at, decision) in world.Log.Where(l => l.Decision.Expert is not null))
        {
            var key = (decision.Expert, decision.Host);
            bool isForced = decision.Cause is DecisionCause.Unfit or DecisionCause.Maximum or DecisionCause.Drain
                || fate.Touched.Any(t => t.Name == decision.Expert!.Value.Name || t.Name == decision.Host);
            if (latest.TryGetValue(key, out var last) && last.Kind != decision.Kind && !isForced)
            {
                // Where the minimum leaves no other host, one that let it go takes it back.
                var least = decision.Cause == DecisionCause.Minimum ? world.Options.RetryAfter : world.Options.Cooldown;
                Assert.True(at - last.At >= least, $"{decision} at {at}, {at - last.At} after the opposite");
            }

            latest[key] = (decision.Kind, at);
        }
    }

    /// <summary>Troubles by a seed; the same for every world of it.</summary>
    private sealed class Fate
    {
        private readonly World _world;
        private readonly Random _random;
        private int _hosts;

        public Fate(World world, int seed)
        {
            _world = world;
            _random = new Random(seed);
            for (int i = 0; i < 8; i++)
            {
                Join(World.Base);
            }

            for (int i = 0; i < 60; i++)
            {
                var expert = world.Add($"e{i:00}", minimum: _random.Next(3), maximum: 3 + _random.Next(4));
                world.Change(_random.Next(6) == 0 ? expert with { Labels = new Dictionary<string, string> { ["zone"] = "zone-1" }, Minimum = Math.Min(1, expert.Minimum) } : expert);
            }
        }

        /// <summary>Experts and hosts whose wishes or state changed: what they force is no thrash.</summary>
        public HashSet<(string Name, int Kind)> Touched { get; } = [];

        public void Strike()
        {
            for (int i = 0; i < 4; i++)
            {
                string expert = $"e{(int)(60 * _random.NextDouble() * _random.NextDouble()):00}";
                _world.Running[expert] = _random.Next(4) == 0 ? 0 : _random.Next(25);
            }

            string[] hosts = [.. _world.Hosts.Keys.Order(StringComparer.Ordinal)];
            switch (_random.Next(120))
            {
                case 0:
                    Join(World.Base);
                    Join(null);
                    Join(null);
                    break;
                case 1 when hosts.Length > 4:
                    Touched.Add((hosts[^1], 0));
                    _world.Lose(hosts[_random.Next(hosts.Length)]);
                    break;
                case 2 when hosts.Length > 4:
                    string draining = hosts[_random.Next(hosts.Length)];
                    Touched.Add((draining, 1));
                    _world.Change(_world.Hosts[draining] with { Draining = !_world.Hosts[draining].Draining });
                    break;
                case 3:
                    var expert = _world.Experts[_random.Next(_world.Experts.Count)];
                    Touched.Add((expert.Id.Name, 2));
                    _world.Change(expert with { Maximum = Math.Max(expert.Minimum, _random.Next(1, 8)) });
                    break;
                case 4:
                    _world.IsDemandKnown = !_world.IsDemandKnown;
                    break;
            }
        }

        public void End()
        {
            _world.IsDemandKnown = true;
            foreach (var host in _world.Hosts.Values.ToList())
            {
                _world.Change(host with { Draining = false });
            }

            // Enough hosts for every minimum, in every zone.
            for (int i = 0; i < 6; i++)
            {
                Join(World.Base);
            }
        }

        private void Join(string? heldBase)
        {
            _world.AddHost($"host-{_hosts:000}", $"zone-{_hosts % 3}", heldBase);
            _hosts++;
        }
    }
}
