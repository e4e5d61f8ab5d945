using ExpertCluster.Catalogue.Preparation;

namespace ExpertCluster.Cli.Running;

/// <summary>
/// Prepares the catalogue anew whenever its file changes, or a file that it names. Routers and hosts follow the prepared folder by themselves. An
/// edit that can't be used is told of, with file and line; what was prepared before stays.
/// </summary>
internal sealed class CatalogueWatch
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>A look at thousands of files takes long; it may take this part of a core.</summary>
    private const double Share = 0.02;

    private readonly CatalogueStamp _stamp;
    private readonly Action<CancellationToken> _prepare;
    private readonly Func<Exception, string?> _explain;
    private readonly TextWriter _errors;
    private readonly TimeProvider _time;
    private string _prepared;
    private string _seen;
    private TimeSpan _pause = Period;

    /// <summary>From now on: what changes after this is seen, also while the first preparation still runs.</summary>
    /// <param name="config">The catalogue file.</param>
    /// <param name="prepare">Prepares it.</param>
    /// <param name="explain">What to tell of a failure; null for one that nobody foresaw.</param>
    /// <param name="errors">Told what became of an edit.</param>
    /// <param name="time">Of the looks.</param>
    public CatalogueWatch(string config, Action<CancellationToken> prepare, Func<Exception, string?> explain, TextWriter errors, TimeProvider time)
    {
        _stamp = new CatalogueStamp(config);
        (_prepare, _explain, _errors, _time) = (prepare, explain, errors, time);
        _prepared = _seen = _stamp.Read();
    }

    /// <summary>Until asked to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(_pause, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            await LookAsync(stop);
        }
    }

    /// <summary>Once; prepares where that is due.</summary>
    internal async Task LookAsync(CancellationToken stop)
    {
        long start = _time.GetTimestamp();
        string now = _stamp.Read();
        _pause = TimeSpan.FromTicks(Math.Max(Period.Ticks, (long)(_time.GetElapsedTime(start).Ticks / Share)));

        // Twice alike: who writes a file, or several, has ended.
        if (now != _prepared && now == _seen)
        {
            _prepared = now;
            await PrepareAsync(stop);
        }

        _seen = now;
    }

    private async Task PrepareAsync(CancellationToken stop)
    {
        try
        {
            // An import does not look at the token: whoever stops does not wait for it.
            await Task.Run(() => _prepare(stop), stop).WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The next start prepares it.
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            string reason = _explain(error) ?? $"{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}";
            await _errors.WriteLineAsync($"{reason}; the catalogue stays as it was");
        }
    }
}
