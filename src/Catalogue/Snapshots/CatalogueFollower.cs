using ExpertCluster.Catalogue.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Catalogue.Snapshots;

/// <summary>
/// Looks again and again where the catalogue is, and takes a new one as it comes. One that can't be used is told of once and passed over,
/// and so is a server that is away: what was good stays.
/// </summary>
internal sealed partial class CatalogueFollower(CatalogueHolder holder, CatalogueReading reading, TimeProvider time, ILogger<CatalogueFollower> log) : BackgroundService
{
    private string _seal = reading.First.Seal;
    private string _told = "";
    private bool _isAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(reading.Origin.Period, time);
        string seen = reading.Mark;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                seen = await TakeAsync(seen, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; nobody looks any more.
        }
    }

    /// <returns>What was seen: nothing where it can't be used, so that what was caught half copied is read again, whatever its mark says.</returns>
    private async Task<string> TakeAsync(string seen, CancellationToken cancellation)
    {
        try
        {
            using var look = await reading.Origin.LookAsync(seen, cancellation);
            if (look is not null && look.Catalogue.Seal != _seal)
            {
                Swap(new CatalogueSnapshot(holder.Current.Version + 1, look.Catalogue));
                _seal = look.Catalogue.Seal;
            }

            Healed();
            return look?.Mark ?? seen;
        }
        catch (CatalogueException error)
        {
            Tell(error.Message, isAway: false);
            return "";
        }
        catch (ContentException error)
        {
            Tell(error.Message, isAway: true);
            return seen;
        }
    }

    /// <summary>Once, until it is another reason or it went well.</summary>
    private void Tell(string reason, bool isAway)
    {
        if (_told == reason)
        {
            return;
        }

        (_told, _isAway) = (reason, isAway);
        if (isAway)
        {
            LogAway(log, holder.Current.Version, reason.ReplaceLineEndings(" "));
        }
        else
        {
            LogRefused(log, holder.Current.Version, reason.ReplaceLineEndings(" "));
        }
    }

    private void Healed()
    {
        if (_isAway)
        {
            LogBack(log);
        }

        (_told, _isAway) = ("", false);
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

    [LoggerMessage(1704, LogLevel.Warning, "Nobody says what the catalogue is now, {Kept} stays in use: {Reason}")]
    private static partial void LogAway(ILogger log, long kept, string reason);

    [LoggerMessage(1705, LogLevel.Information, "The catalogue is followed again")]
    private static partial void LogBack(ILogger log);

    [LoggerMessage(1702, LogLevel.Error, "A changed catalogue can't be used, {Kept} stays in use: {Reason}")]
    private static partial void LogRefused(ILogger log, long kept, string reason);
}
