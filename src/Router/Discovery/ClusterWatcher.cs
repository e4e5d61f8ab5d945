using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Telemetry;
using Orleans;

namespace ExpertCluster.Router.Discovery;

/// <summary>
/// Reads the hosts' reports every second. When the set of hosts changes, what the directory knows may be stale: every expert
/// is asked for again, which also places replicas on new hosts before anyone waits for them.
/// </summary>
internal sealed partial class ClusterWatcher(
    IGrainFactory grains,
    ICatalogueSource catalogue,
    ClusterViewCache view,
    ExpertDirectory directory,
    UnusableExperts unusable,
    HostLiveness liveness,
    ClusterJoin join,
    TimeProvider time,
    ILogger<ClusterWatcher> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Until the first expert is located: a second of waiting would be a third of a start.</summary>
    private static readonly TimeSpan FirstPeriod = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<string> _missed = new(StringComparer.Ordinal);
    private string _hosts = "";
    private bool _complete;
    private long _version;
    private volatile bool _located;

    /// <summary>At least one expert was located, and a host answers: a request can be served.</summary>
    public bool Ready => _located && liveness.AnyAlive;

    /// <summary>Whether an expert was ever located.</summary>
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
            var seen = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).GetViewAsync().WaitAsync(cancellation);
            view.Update(seen);
            string hosts = string.Join(' ', seen.Hosts.Where(h => !h.Draining).Select(h => h.Silo));
            if (hosts != _hosts)
            {
                LogHosts(log, seen.Hosts.Length, string.Join(", ", seen.Hosts.Select(h => h.Name)));
                _hosts = hosts;
                _complete = false;

                // Not waited for: one that is silent would hold up all that follow.
                _ = liveness.AskAsync(cancellation);
            }
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
        {
            // Before the first host has joined there is no catalog grain; what is known keeps serving.
            LogNoView(log, OneLine.Of(error));
            return;
        }

        var snapshot = catalogue.Current;
        if ((!_complete || snapshot.Version != _version) && _hosts.Length > 0)
        {
            _complete = await ResolveAllAsync(snapshot, cancellation);
            _version = snapshot.Version;
        }
    }

    /// <returns>
    /// Whether every expert has all of its replicas, as far as there are hosts: the grain that places them may not have seen the
    /// newest host yet when it is asked, and nobody else would ask it again.
    /// </returns>
    private async Task<bool> ResolveAllAsync(CatalogueSnapshot snapshot, CancellationToken cancellation)
    {
        bool all = true;
        int hosts = view.Current.Hosts.Count(h => !h.Draining);
        foreach (var expert in snapshot.Experts)
        {
            try
            {
                var replicas = await directory.RefreshAsync(expert.Name, cancellation);
                _located = true;
                _missed.Remove(expert.Name);
                all &= replicas.Length >= Math.Min(expert.Replicas, hosts);
                unusable.Remove(expert.Name);
            }
            catch (ExpertUnusableException error)
            {
                all = false;
                if (unusable.Add(expert.Name, error.Message))
                {
                    LogUnusable(log, error.Message);
                }
            }
            catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
            {
                all = false;
                if (_missed.Add(expert.Name))
                {
                    LogNotLocated(log, expert.Name, OneLine.Of(error));
                }
            }
        }

        return all;
    }

    [LoggerMessage(3001, LogLevel.Information, "{Count} hosts: {Names}")]
    private static partial void LogHosts(ILogger log, int count, string names);

    [LoggerMessage(3002, LogLevel.Debug, "No view of the hosts: {Reason}")]
    private static partial void LogNoView(ILogger log, string reason);

    [LoggerMessage(3003, LogLevel.Warning, "Expert {Expert} can't be located: {Reason}")]
    private static partial void LogNotLocated(ILogger log, string expert, string reason);

    [LoggerMessage(3005, LogLevel.Warning, "Left out of plans: {Reason}")]
    private static partial void LogUnusable(ILogger log, string reason);
}
