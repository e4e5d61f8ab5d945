using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.Simulation.Clusters;
using ExpertCluster.Simulation.Results;

namespace ExpertCluster.Simulation.Running;

/// <summary>Does what the product's grain does: tells a policy how the cluster is, and carries out what it decides.</summary>
internal sealed class PlacementDriver(SimulatedCluster cluster, EventQueue events, IPlacementPolicy policy, Recorder recorder, FlipWatch flips, TimeProvider clock)
{
    private readonly List<WarmReplica> _replicas = [];
    private readonly List<ExpertDemand> _demand = [];
    private RoundState? _state;

    public void Round()
    {
        var input = Look();
        long start = clock.GetTimestamp();
        var result = policy.Decide(input, _state);
        recorder.Round(clock.GetElapsedTime(start).TotalMilliseconds);
        _state = result.State;
        foreach (var decision in result.Decisions)
        {
            var host = cluster.Hosts[SimulatedCluster.NumberOf(decision.Host)];
            flips.See(decision, input.Now, !host.IsAlive || host.IsDraining, recorder.Counts);
            CarryOut(decision, host, input.Now);
        }
    }

    /// <summary>What an adapter costs that the host has not in memory; 0: it has.</summary>
    /// <param name="host">The host.</param>
    /// <param name="expert">Its number.</param>
    /// <param name="kept">Whether it is to stay.</param>
    public double Load(SimulatedHost host, int expert, bool kept)
    {
        if (host.Adapters.Touch(expert))
        {
            if (kept)
            {
                host.Adapters.Keep(expert, kept: true);
            }

            return 0;
        }

        bool isFetched = !host.Files.Touch(expert);
        if (isFetched)
        {
            host.Files.Add(expert, kept: false);
        }

        bool isEvicting = host.Adapters.Add(expert, kept);
        recorder.Load(isFetched, isEvicting, isWaitedFor: !kept);
        var figures = cluster.Options.Figures;
        return (figures.AdapterLoadMilliseconds + (isFetched ? figures.AdapterFetchMilliseconds : 0)) / 1000;
    }

    private RoundInput Look()
    {
        var options = cluster.Options;
        _replicas.Clear();
        _demand.Clear();
        for (int i = 0; i < cluster.Experts.Length; i++)
        {
            foreach (var replica in cluster.Warm.Of(i))
            {
                _replicas.Add(new WarmReplica(cluster.Experts[i].Id, replica.Host.Name, replica.Since, replica.IsReady));
            }

            if (cluster.Busy[i] > 0 || cluster.Arrivals[i] > 0)
            {
                _demand.Add(new ExpertDemand(
                    cluster.Experts[i].Id, cluster.Arrivals[i] / options.RoundSeconds, cluster.Busy[i], 0, TimeSpan.FromSeconds(cluster.LongestWait[i]), null));
                (cluster.Arrivals[i], cluster.LongestWait[i]) = (0, 0);
            }
        }

        return new RoundInput
        {
            Now = TimeSpan.FromSeconds(events.Now),
            Hosts = [.. cluster.Hosts.Where(h => h.IsAlive).Select(HostOf)],
            Experts = cluster.Experts,
            Bases = cluster.Bases,
            Demand = _demand,
            Replicas = _replicas,
        };
    }

    private RoundHost HostOf(SimulatedHost host) => new()
    {
        Name = host.Name,
        Bases = host switch
        {
            { Base: >= 0 } => [new HeldBase(cluster.Bases[host.Base].Name, host.BaseSince, Ready: true)],
            { Opening: >= 0 } => [new HeldBase(cluster.Bases[host.Opening].Name, host.BaseSince, Ready: false)],
            _ => [],
        },
        Device = host is { Base: < 0, Opening: < 0 } ? SimulatedCluster.Empty : SimulatedCluster.Full,
        Labels = host.Labels,
        Draining = host.IsDraining,
        Joined = host.Joined,
        Slots = cluster.Options.Figures.Slots,
        AdapterPlaces = cluster.Options.Figures.AdapterPlaces,
        AdapterRank = 16,
        Running = host.Running,
        Waiting = host.Waiting,
    };

    private void CarryOut(PlacementDecision decision, SimulatedHost host, TimeSpan now)
    {
        if (decision.Expert is { } id)
        {
            int expert = SimulatedCluster.NumberOf(id.Name);
            recorder.Moves += recorder.Counts ? 1 : 0;
            if (decision.Kind == DecisionKind.LetExpertGo)
            {
                cluster.Warm.Remove(expert, host);
                host.Adapters.Keep(expert, kept: false);
            }
            else
            {
                cluster.Warm.Add(expert, host, now);
                events.After(Load(host, expert, kept: true), new Event(EventKind.Warmed, host, host.Life, Number: expert));
            }

            return;
        }

        recorder.BaseMoves += recorder.Counts ? 1 : 0;
        int number = SimulatedCluster.NumberOf(decision.Base);
        if (decision.Kind == DecisionKind.LoadBase)
        {
            (host.Opening, host.BaseSince) = (number, now);
            events.After(cluster.Options.Figures.BaseLoadSeconds, new Event(EventKind.Opened, host, host.Life, Number: number));
        }
        else if (host.Base == number)
        {
            cluster.SetBase(host, -1);
        }
    }
}
