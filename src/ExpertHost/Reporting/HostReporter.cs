using ExpertCluster.ExpertHost.Devices;
using ExpertCluster.ExpertHost.Ensembles;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Telemetry;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.ExpertHost.Reporting;

/// <summary>Tells the catalog grain every second what this host has, and asks what it shall run and keep warm.</summary>
internal sealed partial class HostReporter(
    IGrainFactory grains,
    ILocalSiloDetails silo,
    NodeOptions node,
    TlsOptions tls,
    BaseRegistry bases,
    ActivationRegistry activations,
    UnusableExperts unusable,
    WarmExperts warm,
    WantedBases wanted,
    KnownHosts known,
    IDevices devices,
    RuntimeOptions options,
    DrainState drain,
    ClusterJoin join,
    TimeProvider time,
    ILogger<HostReporter> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>For an answer: one that is lost while hosts come and go would take Orleans' own patience, as long as a report counts.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            await join.WhenJoinedAsync(stoppingToken);
            do
            {
                await ReportAsync();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; no further report is owed.
        }
    }

    private async Task ReportAsync()
    {
        try
        {
            var catalog = grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);
            known.Update(await catalog.ReportHostAsync(Report()).WaitAsync(Patience, time));
            if (!drain.Stopping && await catalog.GetOrdersAsync(node.Name).WaitAsync(Patience, time) is { } orders)
            {
                if (drain.Order(orders.Drain))
                {
                    LogDrain(log, node.Name, orders.Drain ? "is to drain: it takes nothing new" : "takes requests again");
                }

                wanted.Follow(orders.Bases);
                warm.Follow(orders);
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The cluster may be forming, or the catalog's host just died; the next report is a second away.
            LogReportFailed(log, OneLine.Of(error));
        }
    }

    private HostReport Report()
    {
        var memory = GC.GetGCMemoryInfo();
        var engines = bases.Loaded.Select(b => b.Engine.Status).ToArray();
        return new HostReport
        {
            Name = node.Name,
            Silo = silo.SiloAddress.ToParsableString(),
            Address = HostAddress.Of(node, tls),
            Bases = [.. bases.Loaded.Select(b => b.Name).Distinct()],
            BaseRevisions = [.. bases.Loaded.Select(b => b.Revision)],
            Warm = [.. activations.All.Where(a => a.IsInMemory).Select(a => RevisionId.Of(a.Revision)).Concat(warm.Kept.Values.Select(RevisionId.Of)).Distinct().Take(HostReport.MostWarm)],
            Failures = [.. unusable.Current.Take(HostReport.MostFailures).Select(f => new ExpertFailure { Expert = f.Expert, Revision = f.Revision, Reason = f.Reason })],
            Labels = [.. options.Labels ?? []],
            Slots = options.Slots * engines.Length,
            AdapterPlaces = bases.Loaded.Sum(b => b.Engine.Adapters.Capacity),
            AdapterRank = options.AdapterRank,
            BaseFailures = [.. wanted.Failed],
            Kept = [.. warm.Kept.Values.Select(RevisionId.Of).Distinct()],
            FreeMemoryBytes = Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes),
            TotalMemoryBytes = memory.TotalAvailableMemoryBytes,
            Devices = [.. devices.Read().Select(d => new DeviceReport { Name = d.Name, FreeMemoryBytes = d.FreeBytes, TotalMemoryBytes = d.TotalBytes })],
            Running = engines.Sum(e => e.Running),
            Waiting = engines.Sum(e => e.Waiting),
            Draining = drain.Draining,
        };
    }

    [LoggerMessage(2102, LogLevel.Information, "Host {Host} {What}")]
    private static partial void LogDrain(ILogger log, string host, string what);

    [LoggerMessage(2101, LogLevel.Debug, "The catalog grain could not be told: {Reason}")]
    private static partial void LogReportFailed(ILogger log, string reason);
}
