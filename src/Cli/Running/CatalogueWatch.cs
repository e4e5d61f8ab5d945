using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Preparation;

namespace ExpertCluster.Cli.Running;

/// <summary>
/// Prepares the catalogue anew whenever its file changes, or a file that it names, or the admin API wants something else. Routers and hosts follow
/// the prepared folder by themselves. An edit that can't be used is told of, with file and line; what was prepared before stays.
/// </summary>
internal sealed class CatalogueWatch
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>Before what failed is tried again: a full disk may have room by then.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    /// <summary>Between two times that what is of no use is deleted.</summary>
    private static readonly TimeSpan Forgetting = TimeSpan.FromHours(1);

    /// <summary>A look at thousands of files takes long; it may take this part of a core.</summary>
    private const double Share = 0.02;

    private readonly CatalogueStamp _stamp;
    private readonly ICatalogueKeeper _keeper;
    private readonly IDesiredFeed _feed;
    private readonly Func<Exception, string?> _explain;
    private readonly TextWriter _errors;
    private readonly TimeProvider _time;
    private string _prepared;
    private string _seen;
    private DesiredState _desired;
    private DesiredState? _tried;
    private long? _failed;
    private TimeSpan _pause = Period;
    private long _forgot;

    /// <summary>From now on: what changes after this is seen, also while the first preparation still runs.</summary>
    /// <param name="config">The catalogue file.</param>
    /// <param name="keeper">Prepares it.</param>
    /// <param name="feed">What the admin API wants.</param>
    /// <param name="explain">What to tell of a failure; null for one that nobody foresaw.</param>
    /// <param name="errors">Told what became of an edit.</param>
    /// <param name="time">Of the looks.</param>
    public CatalogueWatch(string config, ICatalogueKeeper keeper, IDesiredFeed feed, Func<Exception, string?> explain, TextWriter errors, TimeProvider time)
    {
        _stamp = new CatalogueStamp(config);
        (_keeper, _feed, _explain, _errors, _time) = (keeper, feed, explain, errors, time);
        _prepared = _seen = _stamp.Read();
        _forgot = time.GetTimestamp();
        _desired = keeper.Last();
    }

    /// <summary>Until asked to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(Task.Delay(_pause, _time, either.Token), _feed.OtherThanAsync(_tried, either.Token), _keeper.More.WaitAsync(either.Token));
            await either.CancelAsync();
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
        bool isFileNew = now != _prepared && now == _seen;
        var wanted = _feed.Current ?? _desired;
        bool isMore = _keeper.More.IsCompleted;
        bool isDue = _failed is { } at ? _time.GetElapsedTime(at) >= Retry || !ReferenceEquals(_feed.Current, _tried) : IsOther(wanted);
        _seen = now;
        _tried = _feed.Current;
        if (isFileNew || isDue || isMore)
        {
            _prepared = isFileNew ? now : _prepared;
            bool isDone = await PrepareAsync(wanted, isFileNew, stop);
            _failed = isDone || !IsOther(wanted) ? null : _time.GetTimestamp();
            _desired = isDone ? wanted : _desired;
        }

        if (_time.GetElapsedTime(_forgot) >= Forgetting)
        {
            _forgot = _time.GetTimestamp();
            await ForgetAsync(stop);
        }
    }

    private async Task ForgetAsync(CancellationToken stop)
    {
        try
        {
            await Task.Run(_keeper.Forget, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The next start does it.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await _errors.WriteLineAsync($"what is of no use can't be deleted: {error.Message.ReplaceLineEndings(" ")}; it is tried again in an hour");
        }
    }

    /// <summary>A state that was lost and grew again may have the same version, and other words.</summary>
    private bool IsOther(DesiredState wanted)
    {
        if (ReferenceEquals(wanted, _desired))
        {
            return false;
        }

        if (wanted.Version != _desired.Version || DesiredStateJson.Write(wanted) != DesiredStateJson.Write(_desired))
        {
            return true;
        }

        // The same words: compared once, not at each look.
        _desired = wanted;
        return false;
    }

    private async Task<bool> PrepareAsync(DesiredState wanted, bool isFileNew, CancellationToken stop)
    {
        try
        {
            // An import does not look at the token: whoever stops does not wait for it.
            await Task.Run(() => _keeper.Follow(wanted, isFileNew, stop), stop).WaitAsync(stop);
            return true;
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

        return false;
    }
}
