using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement.Rounds;

namespace ExpertCluster.ExpertHost.Placement;

/// <summary>The policy that this host's options name.</summary>
internal sealed record ChosenPlacement(IPlacementPolicy Policy);

/// <summary>
/// Runs the rounds of a cluster: from what hosts report and routers tell to what each host shall keep warm. Every host keeps all bases of
/// the catalogue, so decisions about bases are not asked for. Not thread-safe.
/// </summary>
internal sealed partial class PlacementRounds(ChosenPlacement placement, ICatalogueSource catalogue, ILogger<PlacementRounds> log)
{
    /// <summary>Decisions of a round that are told one by one.</summary>
    private const int Told = 8;

    private readonly Dictionary<(ExpertId Expert, string Host), TimeSpan> _ordered = [];
    private readonly Dictionary<string, TimeSpan> _joined = new(StringComparer.Ordinal);
    private readonly HashSet<ExpertId> _unplaced = [];
    private CatalogueWishes _wishes = new(catalogue.Current);
    private RoundState? _state;

    /// <summary>The orders of the last round: every host asks for its own each second.</summary>
    private ILookup<string, ExpertId> _byHost = Enumerable.Empty<ExpertId>().ToLookup(_ => "");

    /// <summary>One round.</summary>
    /// <param name="now">Of a monotonic clock.</param>
    /// <param name="hosts">All that are there.</param>
    /// <param name="demand">What routers told; null: none told anything.</param>
    public void Decide(TimeSpan now, IReadOnlyList<HostReport> hosts, IReadOnlyList<ExpertDemand>? demand)
    {
        if (catalogue.Current is var snapshot && snapshot.Version != _wishes.Version)
        {
            _wishes = new CatalogueWishes(snapshot);
        }

        Learn(now, hosts);
        var result = placement.Policy.Decide(InputOf(now, hosts, demand), _state);
        _state = result.State;
        foreach (var decision in result.Decisions.Where(d => d.Expert is not null))
        {
            var key = (decision.Expert!.Value, decision.Host);
            if (decision.Kind == DecisionKind.WarmExpert)
            {
                _ordered[key] = now;
            }
            else
            {
                _ordered.Remove(key);
            }
        }

        _byHost = _ordered.Keys.ToLookup(o => o.Host, o => o.Expert, StringComparer.Ordinal);
        Tell(result);
    }

    /// <summary>What a host shall keep warm. Of all revisions of a name that are ordered, those that the catalogue has.</summary>
    public HostOrders OrdersOf(string host)
    {
        var current = catalogue.Current;
        return new HostOrders
        {
            Warm = [.. _byHost[host]
                .Order()
                .Select(expert => (Id: expert, Version: current.FindExpert(expert.Name)?.VersionOf(expert.Revision)))
                .Where(expert => expert.Version is not null)
                .Select(expert => new ExpertOrder
                {
                    Expert = expert.Id.Name,
                    Revision = expert.Id.Revision,
                    Version = expert.Version == ExpertVersion.Stable ? "" : ExpertVersions.NameOf(expert.Version!.Value),
                })],
        };
    }

    /// <summary>Takes over what is there: hosts that went, what a host kept before this knew of it, what a host could not load.</summary>
    private void Learn(TimeSpan now, IReadOnlyList<HostReport> hosts)
    {
        var byName = hosts.ToDictionary(h => h.Name, StringComparer.Ordinal);
        foreach (string gone in _joined.Keys.Where(name => !byName.ContainsKey(name)).ToArray())
        {
            _joined.Remove(gone);
        }

        foreach (var order in _ordered.Keys.Where(o => !byName.ContainsKey(o.Host)).ToArray())
        {
            _ordered.Remove(order);
        }

        foreach (var host in hosts)
        {
            if (_joined.TryAdd(host.Name, now))
            {
                foreach (ulong kept in host.Kept)
                {
                    if (_wishes.Find(kept) is { } expert)
                    {
                        _ordered.TryAdd((expert, host.Name), now);
                    }
                }
            }

            foreach (var failure in host.Failures)
            {
                _ordered.Remove((new ExpertId(failure.Expert, failure.Revision), host.Name));
            }
        }
    }

    private RoundInput InputOf(TimeSpan now, IReadOnlyList<HostReport> hosts, IReadOnlyList<ExpertDemand>? demand)
    {
        var kept = hosts.ToDictionary(h => h.Name, h => h.Kept.ToHashSet(), StringComparer.Ordinal);
        return new RoundInput
        {
            Now = now,
            Hosts = [.. hosts.Select(Of)],
            Experts = _wishes.Experts,
            Bases = _wishes.BasesOn(hosts.Count),
            Demand = demand,
            Replicas = [.. _ordered.Select(o => new WarmReplica(o.Key.Expert, o.Key.Host, o.Value, kept[o.Key.Host].Contains(RevisionId.Of(o.Key.Expert.Revision))))],
        };
    }

    private RoundHost Of(HostReport host) => new()
    {
        Name = host.Name,
        Bases = [.. host.Bases.Select(b => new HeldBase(b, _joined[host.Name], Ready: true))],
        Memory = new Room(host.FreeMemoryBytes, host.TotalMemoryBytes),
        Labels = HostLabels.ToDictionary(host.Labels),
        Draining = host.Draining,
        Joined = _joined[host.Name],
        Slots = Math.Max(1, host.Slots),
        AdapterPlaces = host.AdapterPlaces,
        AdapterRank = host.AdapterRank,
        Running = host.Running,
        Waiting = host.Waiting,
    };

    private void Tell(RoundResult result)
    {
        var told = result.Decisions.Where(d => d.Expert is not null).ToList();
        foreach (var decision in told.Take(Told))
        {
            LogDecision(log, decision.ToString());
        }

        if (told.Count > Told)
        {
            LogMore(log, told.Count - Told);
        }

        // Once, until it is placed.
        var unplaced = result.Unplaced.ToDictionary(u => u.Expert, u => u.Reason);
        _unplaced.RemoveWhere(expert => !unplaced.ContainsKey(expert));
        foreach (var (expert, reason) in unplaced)
        {
            if (_unplaced.Add(expert))
            {
                LogUnplaced(log, expert.Name, reason);
            }
        }
    }

    [LoggerMessage(2011, LogLevel.Information, "Placement: {Decision}")]
    private static partial void LogDecision(ILogger log, string decision);

    [LoggerMessage(2012, LogLevel.Information, "Placement: and {Count} more")]
    private static partial void LogMore(ILogger log, int count);

    [LoggerMessage(2013, LogLevel.Warning, "Expert {Expert} has fewer warm replicas than the catalogue wants: {Reason}")]
    private static partial void LogUnplaced(ILogger log, string expert, string reason);
}
