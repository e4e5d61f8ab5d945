using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement.Rounds;

namespace ExpertCluster.ExpertHost.Placement;

/// <summary>The policy that this host's options name.</summary>
internal sealed record ChosenPlacement(IPlacementPolicy Policy);

/// <summary>
/// Runs the rounds of a cluster: from what hosts report and routers tell to what each host shall keep warm, and which bases it shall run of those that
/// not every host does. Not thread-safe.
/// </summary>
internal sealed partial class PlacementRounds(ChosenPlacement placement, ICatalogueSource catalogue, ILogger<PlacementRounds> log)
{
    /// <summary>Decisions of a round that are told one by one.</summary>
    private const int Told = 8;

    private readonly Dictionary<(ExpertId Expert, string Host), TimeSpan> _ordered = [];
    private readonly Dictionary<(string Base, string Host), TimeSpan> _orderedBases = [];
    private readonly Dictionary<string, TimeSpan> _joined = new(StringComparer.Ordinal);
    private readonly HashSet<ExpertId> _unplaced = [];
    private CatalogueWishes _wishes = new(catalogue.Current);
    private RoundState? _state;

    /// <summary>The orders of the last round: every host asks for its own each second.</summary>
    private ILookup<string, ExpertId> _byHost = Enumerable.Empty<ExpertId>().ToLookup(_ => "");
    private ILookup<string, string> _basesByHost = Enumerable.Empty<string>().ToLookup(_ => "");

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
        var decisions = result.Decisions.Where(d => d.Expert is not null || _wishes.Placed.Contains(d.Base)).ToList();
        foreach (var decision in decisions)
        {
            Order(decision, now);
        }

        _byHost = _ordered.Keys.ToLookup(o => o.Host, o => o.Expert, StringComparer.Ordinal);
        _basesByHost = _orderedBases.Keys.ToLookup(o => o.Host, o => o.Base, StringComparer.Ordinal);
        Tell(decisions);
        TellUnplaced(result.Unplaced);
    }

    /// <summary>What a host shall run and keep warm. Of all revisions of a name that are ordered, those that the catalogue has.</summary>
    public HostOrders OrdersOf(string host)
    {
        var current = catalogue.Current;
        return new HostOrders
        {
            Bases = [.. _basesByHost[host].Order(StringComparer.Ordinal)],
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

    private void Order(PlacementDecision decision, TimeSpan now)
    {
        switch (decision.Kind)
        {
            case DecisionKind.WarmExpert:
                _ordered[(decision.Expert!.Value, decision.Host)] = now;
                break;
            case DecisionKind.LetExpertGo:
                _ordered.Remove((decision.Expert!.Value, decision.Host));
                break;
            case DecisionKind.LoadBase:
                _orderedBases[(decision.Base, decision.Host)] = now;
                break;
            default:
                _orderedBases.Remove((decision.Base, decision.Host));
                break;
        }
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

        foreach (var order in _orderedBases.Keys.Where(o => !byName.ContainsKey(o.Host) || !_wishes.Placed.Contains(o.Base)).ToArray())
        {
            _orderedBases.Remove(order);
        }

        foreach (var host in hosts)
        {
            if (_joined.TryAdd(host.Name, now))
            {
                foreach (string one in host.Bases.Where(_wishes.Placed.Contains))
                {
                    _orderedBases.TryAdd((one, host.Name), now);
                }

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

            foreach (string failed in host.BaseFailures)
            {
                _orderedBases.Remove((failed, host.Name));
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

    /// <summary>A base on a host; null: neither there nor on its way. One that was let go may be there for as long as requests run on it, and counts no more.</summary>
    private HeldBase? Held(string name, HostReport host)
    {
        bool isPlaced = _wishes.Placed.Contains(name);
        if (isPlaced && !_orderedBases.ContainsKey((name, host.Name)))
        {
            return null;
        }

        var since = isPlaced ? _orderedBases[(name, host.Name)] : _joined[host.Name];
        return new HeldBase(name, since, host.Bases.Contains(name, StringComparer.Ordinal));
    }

    private RoundHost Of(HostReport host) => new()
    {
        Name = host.Name,
        Bases = [.. _wishes.Bases.Select(b => Held(b, host)).OfType<HeldBase>()],
        Memory = host.Devices is [var device, ..] ? new Room(device.FreeMemoryBytes, device.TotalMemoryBytes) : new Room(host.FreeMemoryBytes, host.TotalMemoryBytes),
        Labels = HostLabels.ToDictionary(host.Labels),
        Draining = host.Draining,
        Joined = _joined[host.Name],
        Slots = Math.Max(1, host.Slots),
        AdapterPlaces = host.AdapterPlaces,
        AdapterRank = host.AdapterRank,
        Running = host.Running,
        Waiting = host.Waiting,
    };

    private void Tell(List<PlacementDecision> decisions)
    {
        foreach (var decision in decisions.Take(Told))
        {
            LogDecision(log, decision.ToString());
        }

        if (decisions.Count > Told)
        {
            LogMore(log, decisions.Count - Told);
        }
    }

    /// <summary>Once, until it is placed.</summary>
    private void TellUnplaced(IReadOnlyList<Unplaced> all)
    {
        var unplaced = all.ToDictionary(u => u.Expert, u => u.Reason);
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
