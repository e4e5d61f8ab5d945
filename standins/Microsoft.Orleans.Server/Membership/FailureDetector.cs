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

    private async Task ProbeAsync(SiloAddress silo, CancellationToken stopped)
    {
        using var timer = new PeriodicTimer(options.Value.ProbeTimeout, time);
        var missed = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(stopped).ConfigureAwait(false))
            {
                missed = await AnswersAsync(silo, stopped).ConfigureAwait(false) switch
                {
                    true => 0,
                    false => missed + 1,
                    null => missed,
                };
                if (missed >= options.Value.NumMissedProbesLimit)
                    await peers.SuspectAsync(silo).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // No longer one of ours to watch.
        }
    }

    /// <summary>Null: this process itself did not run for a while, and can not tell.</summary>
    private async Task<bool?> AnswersAsync(SiloAddress silo, CancellationToken stopped)
    {
        var started = time.GetTimestamp();
        try
        {
            await messenger.AskAsync<object?>(silo, new Probe(), options.Value.ProbeTimeout, stopped).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            return time.GetElapsedTime(started) > options.Value.ProbeTimeout * 1.5 ? null : false;
        }
    }
}
