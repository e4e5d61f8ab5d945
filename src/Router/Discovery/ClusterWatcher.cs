using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Router.Demand;
using ExpertCluster.Router.Suspects;
using ExpertCluster.Router.Telemetry;
using Orleans;

namespace ExpertCluster.Router.Discovery;

/// <summary>
/// Reads the hosts' reports every second: who there is, with which bases, and what each has in memory or can't use. Tells what this router
/// is asked for, and over which requests it lost hosts.
/// </summary>
internal sealed partial class ClusterWatcher(
    IGrainFactory grains,
    HostDirectory hosts,
    UnusableExperts unusable,
    ReplicaBook replicas,
    HostLiveness liveness,
    RouterMetrics metrics,
    DemandMeter demand,
    SuspectBook suspects,
    NodeOptions node,
    ClusterJoin join,
    TimeProvider time,
    ILogger<ClusterWatcher> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Until the first host is known: a second of waiting would be a third of a start.</summary>
    private static readonly TimeSpan FirstPeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>For an answer: one that is lost while hosts come and go would take Orleans' own patience, and hosts fall out of sight meanwhile.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private string _hosts = "";
    private volatile bool _located;

    /// <summary>A host with a base is known, and a host answers: a request can be served.</summary>
    public bool Ready => _located && liveness.AnyAlive;

    /// <summary>Whether a host with a base was ever known.</summary>
    public bool HasLocated => _located;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(FirstPeriod, time);
        try
        {
            await join.WhenJoinedAsync(stoppingToken);
            do
            {
                await LookAsync(stoppingToken);
                timer.Period = _located ? Period : FirstPeriod;
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; nobody looks any more.
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            var catalog = grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);
            var seen = await catalog.GetViewAsync().WaitAsync(Patience, time, cancellation);
            hosts.Update(seen, liveness.IsAlive);
            unusable.Update();
            replicas.Update();
            suspects.Learn(seen.Suspects);
            metrics.RefusedTexts.Set(suspects.Refused);
            metrics.Unavailable(unusable.Reported.Select(u => (u.Value.Expert, u.Key)));
            _located |= hosts.Hosts.Any(h => h.HasBases);
            string names = string.Join(' ', seen.Hosts.Where(h => !h.Draining).Select(h => h.Silo));
            if (names != _hosts)
            {
                LogHosts(log, seen.Hosts.Length, string.Join(", ", seen.Hosts.Select(h => h.Name)));
                _hosts = names;

                // Not waited for: one that is silent would hold up all that follow.
                _ = liveness.AskAsync(cancellation);
            }

            await catalog.TellDemandAsync(demand.Take(node.Name) with { Suspects = suspects.Tell() }).WaitAsync(Patience, time, cancellation);
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
        {
            // Before the first host has joined there is no catalog grain; what is known keeps serving.
            LogNoView(log, OneLine.Of(error));
        }
    }

    [LoggerMessage(3001, LogLevel.Information, "{Count} hosts: {Names}")]
    private static partial void LogHosts(ILogger log, int count, string names);

    [LoggerMessage(3002, LogLevel.Debug, "No view of the hosts: {Reason}")]
    private static partial void LogNoView(ILogger log, string reason);
}
