using ExpertCluster.Catalogue.Preparation;

namespace ExpertCluster.Cli.Running;

/// <summary>
/// Publishes a prepared folder whenever it changed, beside whatever prepares it: a copy that takes long, or a server that is away, holds nobody up.
/// </summary>
/// <param name="folder">The prepared folder.</param>
/// <param name="publish">Publishes what it holds now.</param>
/// <param name="explain">What to tell of a failure; null for one that nobody foresaw.</param>
/// <param name="errors">Told why it was not, once for each reason.</param>
/// <param name="time">Of the looks.</param>
internal sealed class CataloguePublishing(string folder, Func<CancellationToken, Task> publish, Func<Exception, string?> explain, TextWriter errors, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private string _published = "";
    private string _told = "";
    private TimeSpan _pause = FirstPause;

    /// <summary>Until asked to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(await LookAsync(stop), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Once.</summary>
    /// <returns>Until the next look.</returns>
    internal async Task<TimeSpan> LookAsync(CancellationToken stop)
    {
        // The stamp first: what changes while it is sent is sent again.
        string now = PreparedStamp.Of(folder);
        if (now == _published)
        {
            return Period;
        }

        try
        {
            await publish(stop);
            (_published, _told, _pause) = (now, "", FirstPause);
            return Period;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The next start publishes it.
            return Period;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            string reason = explain(error) ?? $"{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}";
            if (reason != _told)
            {
                _told = reason;
                await errors.WriteLineAsync($"not published: {reason}; it is tried again");
            }

            var pause = _pause;
            _pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
            return pause;
        }
    }
}
