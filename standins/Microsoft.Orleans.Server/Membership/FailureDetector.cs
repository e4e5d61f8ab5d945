using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

/// <summary>Probes the next silos of the ring, and suspects those that miss too many probes in a row.</summary>
internal sealed class FailureDetector(
    LocalSilo local, MembershipAgent agent, Messenger messenger, PeerWatch peers, IOptions<ClusterMembershipOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<SiloAddress, CancellationTokenSource> _watched = new();
    private volatile bool _stopped;

    public void Start()
    {
        if (!options.Value.LivenessEnabled)
            return;
        agent.Changed += (_, state) => Watch(state);
        Watch(agent.Current);
    }

    public void Stop()
    {
        _stopped = true;
        foreach (var source in _watched.Values)
            source.Cancel();
    }

    private void Watch(ClusterState state)
    {
        var wanted = Successors(state);
        foreach (var (silo, source) in _watched)
        {
            if (!wanted.Contains(silo) && _watched.TryRemove(silo, out _))
                source.Cancel();
        }
        foreach (var silo in wanted)
        {
            var source = new CancellationTokenSource();
            if (!_stopped && _watched.TryAdd(silo, source))
                _ = Detached.Run(() => ProbeAsync(silo, source.Token));
        }
    }

    private HashSet<SiloAddress> Successors(ClusterState state)
    {
        var ring = state.Active;
        var own = ring.IndexOf(local.SiloAddress);
        return own < 0 || _stopped
            ? []
            : [.. Enumerable.Range(1, Math.Min(options.Value.NumProbedSilos, ring.Length - 1)).Select(step => ring[(own + step) % ring.Length])];
    }

    private Task ProbeAsync(SiloAddress silo, CancellationToken stopped)
    {
        var period = options.Value.ProbeTimeout;
        var limit = options.Value.NumMissedProbesLimit;
        return new ProbeLoop(
            period,
            limit,
            () => messenger.AskAsync<object?>(silo, new Probe(), period * (limit + 1), stopped),
            () => peers.SuspectAsync(silo),
            time).RunAsync(stopped);
    }
}
