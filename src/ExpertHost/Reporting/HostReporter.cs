using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Telemetry;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.ExpertHost.Reporting;

/// <summary>Tells the catalog grain every second what this host has, and takes the view of all hosts from the answer.</summary>
internal sealed partial class HostReporter(
    IGrainFactory grains,
    ILocalSiloDetails silo,
    NodeOptions node,
    TlsOptions tls,
    BaseRegistry bases,
    DrainState drain,
    ClusterJoin join,
    ClusterViewCache view,
    TimeProvider time,
    ILogger<HostReporter> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

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
            view.Update(await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).ReportHostAsync(Report()));
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
            Bases = [.. bases.Loaded.Select(b => b.Name)],
            FreeMemoryBytes = Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes),
            TotalMemoryBytes = memory.TotalAvailableMemoryBytes,
            Running = engines.Sum(e => e.Running),
            Waiting = engines.Sum(e => e.Waiting),
            Draining = drain.Draining,
        };
    }

    [LoggerMessage(2101, LogLevel.Debug, "The catalog grain could not be told: {Reason}")]
    private static partial void LogReportFailed(ILogger log, string reason);
}
