using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.Fabric.Placement.Rounds.Deciding;

namespace ExpertCluster.Fabric.Tests.Placement.Rounds;

/// <summary>A cluster that carries out what a policy decides: an adapter is there a round later, a base after a while.</summary>
internal sealed class World
{
    public const string Base = "base";

    private static readonly TimeSpan BaseTime = TimeSpan.FromSeconds(20);

    private readonly IPlacementPolicy _policy;
    private readonly Random? _order;
    private RoundState? _state;

    /// <param name="options">The product's figures, or some of its own.</param>
    /// <param name="policy">Null: the product's.</param>
    /// <param name="order">Shuffles every list that the policy is told; null: nothing is shuffled.</param>
    public World(PlacementOptions? options = null, IPlacementPolicy? policy = null, Random? order = null)
    {
        Options = options ?? new PlacementOptions();
        _policy = policy ?? new DemandPlacement(Options);
        _order = order;
    }

    public PlacementOptions Options { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public Dictionary<string, RoundHost> Hosts { get; } = new(StringComparer.Ordinal);

    public List<RoundExpert> Experts { get; set; } = [];

    public List<RoundBase> Bases { get; set; } = [new RoundBase { Name = Base }];

    /// <summary>Requests that run, by expert's name.</summary>
    public Dictionary<string, int> Running { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether routers tell of demand at all.</summary>
    public bool IsDemandKnown { get; set; } = true;

    public TimeSpan QueueTime { get; set; }

    public Dictionary<(ExpertId Expert, string Host), WarmReplica> Replicas { get; } = [];

    /// <summary>Experts that no host manages to load.</summary>
    public HashSet<string> Broken { get; } = [];

    /// <summary>All that was decided, with its time.</summary>
    public List<(TimeSpan At, PlacementDecision Decision)> Log { get; } = [];

    public RoundResult Last { get; private set; } = null!;

    public RoundHost AddHost(string name, string? zone = null, string? heldBase = Base, int places = 64)
    {
        var host = new RoundHost
        {
            Name = name,
            Bases = heldBase is null ? [] : [new HeldBase(heldBase, Now, Ready: true)],
            Labels = zone is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["zone"] = zone },
            Joined = Now,
            Slots = 32,
            AdapterPlaces = places,
            AdapterRank = 16,
            Memory = new Room(1L << 30, 1L << 30),
        };
        Hosts[name] = host;
        return host;
    }

    public void AddHosts(int count, int zones = 1)
    {
        for (int i = 0; i < count; i++)
        {
            AddHost($"host-{i:00}", $"zone-{i % zones}");
        }
    }

    public RoundExpert Add(string name, int minimum = 1, int maximum = 8)
    {
        var expert = new RoundExpert { Id = new ExpertId(name, "r1"), Base = Base, Rank = 8, Bytes = 1 << 20, Minimum = minimum, Maximum = maximum };
        Experts = [.. Experts, expert];
        return expert;
    }

    public void Change(RoundExpert expert) => Experts = [.. Experts.Select(e => e.Id == expert.Id ? expert : e)];

    public void Change(RoundHost host) => Hosts[host.Name] = host;

    public void Lose(string host)
    {
        Hosts.Remove(host);
        foreach (var key in Replicas.Keys.Where(k => k.Host == host).ToList())
        {
            Replicas.Remove(key);
        }
    }

    public string[] HostsOf(string expert) => [.. Replicas.Keys.Where(k => k.Expert.Name == expert).Select(k => k.Host).Order(StringComparer.Ordinal)];

    public int CountOn(string host) => Replicas.Keys.Count(k => k.Host == host);

    /// <summary>Rounds, a second apart.</summary>
    public void Run(int rounds, Action? each = null)
    {
        for (int i = 0; i < rounds; i++)
        {
            Round();
            each?.Invoke();
        }
    }

    public IReadOnlyList<PlacementDecision> Round()
    {
        Settle();
        Last = _policy.Decide(Look(), _state);
        _state = Last.State;
        foreach (var decision in Last.Decisions)
        {
            Log.Add((Now, decision));
            CarryOut(decision);
        }

        Now += TimeSpan.FromSeconds(1);
        return Last.Decisions;
    }

    private RoundInput Look() => new()
    {
        Now = Now,
        Hosts = Shuffled(Hosts.Values.Select(h => h with { Bases = Shuffled(h.Bases) })),
        Experts = _order is null ? Experts : Shuffled(Experts),
        Bases = _order is null ? Bases : Shuffled(Bases),
        Demand = IsDemandKnown ? Shuffled(Experts.Where(e => Running.GetValueOrDefault(e.Id.Name) > 0).Select(DemandOf)) : null,
        Replicas = Shuffled(Replicas.Values.OrderBy(r => r.Expert).ThenBy(r => r.Host, StringComparer.Ordinal)),
    };

    private ExpertDemand DemandOf(RoundExpert expert) => new(expert.Id, 1, Running[expert.Id.Name], 0, QueueTime, Now);

    private T[] Shuffled<T>(IEnumerable<T> all)
    {
        T[] list = [.. all];
        _order?.Shuffle(list);
        return list;
    }

    /// <summary>What was begun a round ago has come to an end.</summary>
    private void Settle()
    {
        foreach (var replica in Replicas.Values.Where(r => !r.Ready).ToList())
        {
            var key = (replica.Expert, replica.Host);
            if (Broken.Contains(replica.Expert.Name))
            {
                Replicas.Remove(key);
            }
            else
            {
                Replicas[key] = replica with { Ready = true };
            }
        }

        foreach (var host in Hosts.Values.ToList())
        {
            if (host.Bases.Any(b => !b.Ready && Now - b.Since >= BaseTime))
            {
                Change(host with { Bases = [.. host.Bases.Select(b => b with { Ready = b.Ready || Now - b.Since >= BaseTime })] });
            }
        }
    }

    private void CarryOut(PlacementDecision decision)
    {
        switch (decision.Kind)
        {
            case DecisionKind.WarmExpert:
                Assert.True(
                    Replicas.TryAdd((decision.Expert!.Value, decision.Host), new WarmReplica(decision.Expert.Value, decision.Host, Now, Ready: false)),
                    $"{decision} is there already");
                break;
            case DecisionKind.LetExpertGo:
                Assert.True(Replicas.Remove((decision.Expert!.Value, decision.Host)), $"{decision} was not there");
                break;
            case DecisionKind.LoadBase:
                Change(Take(decision, 1) with { Bases = [.. Hosts[decision.Host].Bases, new HeldBase(decision.Base, Now, Ready: false)] });
                break;
            default:
                Change(Take(decision, -1) with { Bases = [.. Hosts[decision.Host].Bases.Where(b => b.Name != decision.Base)] });
                break;
        }
    }

    private RoundHost Take(PlacementDecision decision, int times)
    {
        var host = Hosts[decision.Host];
        return host with { Memory = host.Memory with { FreeBytes = host.Memory.FreeBytes - (times * Bases.Single(b => b.Name == decision.Base).Bytes) } };
    }
}
