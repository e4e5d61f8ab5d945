using ExpertCluster.Catalogue.Prepared;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Catalogue.Snapshots;

/// <summary>
/// Looks at the prepared folder four times a second, and takes a new catalogue as it comes. One that can't be used is told of once and
/// passed over: what was good stays.
/// </summary>
internal sealed partial class CatalogueFollower(CatalogueHolder holder, CatalogueFolder folder, TimeProvider time, ILogger<CatalogueFollower> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private string _seal = folder.First.Seal;
    private string _told = "";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        string seen = "";
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                string now = FileStamp.Of(Path.Combine(folder.Path, PreparedCatalogue.FileName));
                if (now == seen)
                {
                    continue;
                }

                // Noted after it went well: a file that was caught half copied is read again, whatever its time says.
                seen = Take() ? now : "";
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; nobody looks any more.
        }
    }

    private bool Take()
    {
        try
        {
            var prepared = PreparedCatalogue.Load(folder.Path);
            if (prepared.Seal != _seal)
            {
                Swap(new CatalogueSnapshot(holder.Current.Version + 1, prepared));
                _seal = prepared.Seal;
            }

            _told = "";
            return true;
        }
        catch (CatalogueException error)
        {
            if (_told != error.Message)
            {
                _told = error.Message;
                LogRefused(log, holder.Current.Version, error.Message.ReplaceLineEndings(" "));
            }

            return false;
        }
    }

    private void Swap(CatalogueSnapshot next)
    {
        LogTaken(log, next.Version, next.Bases.Count, next.Experts.Count);
        try
        {
            holder.Swap(next);
        }
        catch (AggregateException error)
        {
            // It is taken; who could not follow goes on with what it had.
            LogListeners(log, next.Version, error.InnerExceptions[0].Message.ReplaceLineEndings(" "));
        }
    }

    [LoggerMessage(1703, LogLevel.Error, "Catalogue {Version} is not followed by all: {Reason}")]
    private static partial void LogListeners(ILogger log, long version, string reason);

    [LoggerMessage(1701, LogLevel.Information, "Catalogue {Version}: {Bases} bases, {Experts} experts")]
    private static partial void LogTaken(ILogger log, long version, int bases, int experts);

    [LoggerMessage(1702, LogLevel.Error, "A changed catalogue can't be used, {Kept} stays in use: {Reason}")]
    private static partial void LogRefused(ILogger log, long kept, string reason);
}
