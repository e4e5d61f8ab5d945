namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>A round in the making: the cluster by numbers, what has been decided so far, and what may still be. Not shared, thrown away after the round.</summary>
internal sealed class Board
{
    /// <summary>Warmth that nobody asks for counts this much of a request, in thousandths: so idle experts are spread too.</summary>
    private const long IdleWeight = 100;

    private readonly Dictionary<string, int> _hostNumbers;
    private readonly long[] _weights;

    /// <summary>Where the replicas of an expert, and of a host, begin.</summary>
    private readonly int[] _firstOfExpert;
    private readonly int[] _firstOfHost;
    private readonly int[] _byHost;

    public Board(RoundInput input, CatalogueIndex index, PlacementOptions options, ExpertMemory[] experts, BaseMemory[] bases)
    {
        (Now, Index, Options, Memory, BaseMemories) = (input.Now, index, options, experts, bases);
        Hosts = BoardHosts.Make(input.Hosts, options.SpreadLabel, out int zones);
        Zones = zones;
        _hostNumbers = new(Hosts.Length, StringComparer.Ordinal);
        foreach (var host in Hosts)
        {
            _hostNumbers.Add(host.Name, host.Number);
        }

        Bases = BoardHosts.Serve(Hosts, index, bases);
        Replicas = BoardReplicas.Sort(input.Replicas, index, _hostNumbers, Decisions, options.MovesPerRound, out _firstOfExpert);
        Counted = new int[index.Experts.Length];
        Leaving = new int[index.Experts.Length];
        Changed = new bool[index.Experts.Length];
        _weights = new long[index.Experts.Length];
        TakeStock();
        _byHost = BoardReplicas.ByHost(Replicas, Hosts.Length, out _firstOfHost);
    }

    public TimeSpan Now { get; }

    public CatalogueIndex Index { get; }

    public PlacementOptions Options { get; }

    public ExpertMemory[] Memory { get; }

    public BaseMemory[] BaseMemories { get; }

    public BoardHost[] Hosts { get; }

    public BoardBase[] Bases { get; }

    /// <summary>Values of the spread label; hosts without it have one of their own together.</summary>
    public int Zones { get; }

    /// <summary>As the round found them; what it adds is not among them.</summary>
    public BoardReplica[] Replicas { get; }

    /// <summary>Replicas of each expert that count.</summary>
    public int[] Counted { get; }

    /// <summary>Replicas of each expert on hosts that drain or give the base up.</summary>
    public int[] Leaving { get; }

    /// <summary>Whether something has been decided about an expert: one step a round.</summary>
    public bool[] Changed { get; }

    public List<PlacementDecision> Decisions { get; } = [];

    public bool IsFull => Decisions.Count >= Options.MovesPerRound;

    public Span<BoardReplica> ReplicasOf(int expert) => Replicas.AsSpan(_firstOfExpert[expert].._firstOfExpert[expert + 1]);

    /// <summary>Numbers of a host's replicas.</summary>
    public ReadOnlySpan<int> ReplicasOn(BoardHost host) => _byHost.AsSpan(_firstOfHost[host.Number].._firstOfHost[host.Number + 1]);

    public BoardHost? Host(string name) => _hostNumbers.TryGetValue(name, out int number) ? Hosts[number] : null;

    /// <summary>Thousandths of requests that a replica of an expert is there for.</summary>
    public long WeightOf(int expert) => _weights[expert];

    public bool Serves(BoardHost host, int expert) => Index.BaseOf[expert] is >= 0 and var number && host.Serves.Contains(number);

    public bool IsPinned(int expert, BoardHost host)
    {
        var pinned = Index.Experts[expert].Pinned;
        for (int i = 0; i < pinned.Count; i++)
        {
            if (pinned[i] == host.Name)
            {
                return true;
            }
        }

        return false;
    }

    public void Warm(int expert, BoardHost host, DecisionCause cause, string reason)
    {
        var facts = Index.Experts[expert];
        Decisions.Add(new PlacementDecision(DecisionKind.WarmExpert, host.Name, facts.Id, facts.Base, cause, reason));
        host.Hold(facts.Bytes, loaded: false);
        host.Take(WeightOf(expert));
        host.Warmed++;
        Counted[expert]++;
        Changed[expert] = true;
        Memory[expert].Touch(host.Name, Now, Options.Cooldown);
    }

    public void LetGo(ref BoardReplica replica, DecisionCause cause, string reason)
    {
        var host = Hosts[replica.Host];
        var facts = Index.Experts[replica.Expert];
        Decisions.Add(new PlacementDecision(DecisionKind.LetExpertGo, host.Name, facts.Id, facts.Base, cause, reason));
        host.Release(facts.Bytes);
        if (replica.Standing == Standing.Counts)
        {
            host.Give(WeightOf(replica.Expert));
            Counted[replica.Expert]--;
        }
        else if (replica.Standing == Standing.Leaves)
        {
            Leaving[replica.Expert]--;
        }

        replica.Standing = Standing.Gone;
        Changed[replica.Expert] = true;
        Memory[replica.Expert].Touch(host.Name, Now, Options.Cooldown);
    }

    /// <summary>What each replica is, and what it takes from its host.</summary>
    private void TakeStock()
    {
        foreach (ref var replica in Replicas.AsSpan())
        {
            var host = Hosts[replica.Host];
            var expert = Index.Experts[replica.Expert];
            replica.Standing = StandingOf(replica.Expert, host);
            host.Hold(expert.Bytes, replica.Ready);
            Counted[replica.Expert] += replica.Standing == Standing.Counts ? 1 : 0;
            Leaving[replica.Expert] += replica.Standing == Standing.Leaves ? 1 : 0;
        }

        for (int i = 0; i < _weights.Length; i++)
        {
            _weights[i] = IdleWeight + ((long)(Memory[i].Slow * 1000) / Math.Max(1, Counted[i]));
        }

        foreach (ref var replica in Replicas.AsSpan())
        {
            if (replica.Standing == Standing.Counts)
            {
                Hosts[replica.Host].Take(WeightOf(replica.Expert));
            }
        }
    }

    private Standing StandingOf(int expert, BoardHost host)
    {
        var facts = Index.Experts[expert];
        int number = Index.BaseOf[expert];
        if (facts.Rank == 0 || number < 0 || facts.Rank > host.Facts.AdapterRank || !host.HasLabels(facts.Labels))
        {
            return Standing.Unfit;
        }

        if (host.Serves.Contains(number))
        {
            return Standing.Counts;
        }

        return BoardHosts.IsOpen(host.Facts, Bases[number].Name) ? Standing.Leaves : Standing.Unfit;
    }
}
