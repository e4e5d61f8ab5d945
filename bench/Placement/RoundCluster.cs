using ExpertCluster.Fabric.Placement.Rounds;

namespace ExpertCluster.Bench.Placement;

/// <summary>A cluster in which every decision is carried out before the next round, with seeded Zipf demand.</summary>
internal sealed class RoundCluster
{
    private const int Bases = 10;

    private readonly Dictionary<(ExpertId Expert, string Host), TimeSpan> _warm = [];
    private readonly Dictionary<string, RoundHost> _hosts = new(StringComparer.Ordinal);
    private readonly RoundExpert[] _experts;
    private readonly RoundBase[] _bases = [.. Enumerable.Range(0, Bases).Select(i => new RoundBase { Name = $"base-{i}" })];
    private readonly Random _random = new(1);
    private readonly int[] _rank;
    private RoundState? _state;

    public RoundCluster(int hosts, int experts)
    {
        _experts =
        [
            .. Enumerable.Range(0, experts).Select(i => new RoundExpert
            {
                Id = new ExpertId($"expert-{i:00000}", $"{i:x16}"),
                Base = $"base-{i % Bases}",
                Rank = 8,
                Bytes = 2 << 20,
                Minimum = 1,
                Maximum = 32,
            }),
        ];
        _rank = [.. Enumerable.Range(0, experts)];
        _random.Shuffle(_rank);
        for (int i = 0; i < hosts; i++)
        {
            Join(i);
        }
    }

    public TimeSpan Now { get; private set; }

    public int Replicas => _warm.Count;

    public void Join(int number) => _hosts[Name(number)] = new RoundHost
    {
        Name = Name(number),
        Bases = [new HeldBase($"base-{number % Bases}", Now, Ready: true)],
        Joined = Now,
        Slots = 32,
        AdapterPlaces = 256,
        AdapterRank = 16,
        Labels = new Dictionary<string, string> { ["zone"] = $"zone-{number % 3}" },
    };

    public void Lose(int number)
    {
        _hosts.Remove(Name(number));
        foreach (var key in _warm.Keys.Where(k => k.Host == Name(number)).ToArray())
        {
            _warm.Remove(key);
        }
    }

    public void Shift() => _random.Shuffle(_rank);

    public RoundInput Look() => new()
    {
        Now = Now,
        Hosts = [.. _hosts.Values],
        Experts = _experts,
        Bases = _bases,
        Demand = Demand(),
        Replicas = [.. _warm.Select(w => new WarmReplica(w.Key.Expert, w.Key.Host, w.Value, Ready: true))],
    };

    public RoundResult Round(IPlacementPolicy policy, RoundInput input) => policy.Decide(input, _state);

    public void CarryOut(RoundResult result)
    {
        _state = result.State;
        foreach (var decision in result.Decisions.Where(d => d.Expert is not null))
        {
            if (decision.Kind == DecisionKind.WarmExpert)
            {
                _warm[(decision.Expert!.Value, decision.Host)] = Now;
            }
            else
            {
                _warm.Remove((decision.Expert!.Value, decision.Host));
            }
        }

        Now += TimeSpan.FromSeconds(1);
    }

    private static string Name(int number) => $"host-{number:000}";

    /// <summary>Some 2,500 requests at once, by Zipf over the experts; who has none at the moment is not listed.</summary>
    private List<ExpertDemand> Demand()
    {
        List<ExpertDemand> demand = [];
        for (int i = 0; i < _experts.Length; i++)
        {
            double mean = 256.0 / (_rank[i] + 1);
            int running = (int)mean + (_random.NextDouble() < mean - (int)mean ? 1 : 0);
            if (running > 0)
            {
                demand.Add(new ExpertDemand(_experts[i].Id, running / 4.0, running, 0, TimeSpan.Zero, Now));
            }
        }

        return demand;
    }
}
