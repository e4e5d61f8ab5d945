using ExpertCluster.Cluster.Catalogue;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// Loads every base of the catalogue when the process starts, so that an expert whose host died finds its base ready
/// on the next one. The host is ready when they are loaded; a base that can't be loaded ends the process.
/// </summary>
internal sealed partial class BaseLoader(
    PreparedCatalogue catalogue, BaseRegistry bases, HostState state, TimeProvider time, ILogger<BaseLoader> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var entry in catalogue.Bases)
        {
            stoppingToken.ThrowIfCancellationRequested();
            long start = time.GetTimestamp();
            await bases.GetAsync(entry.Name);
            LogLoaded(log, entry.Name, (long)time.GetElapsedTime(start).TotalMilliseconds);
        }

        state.MarkReady();
    }

    [LoggerMessage(2201, LogLevel.Information, "Base {Base} loaded in {Milliseconds} ms")]
    private static partial void LogLoaded(ILogger log, string @base, long milliseconds);
}
