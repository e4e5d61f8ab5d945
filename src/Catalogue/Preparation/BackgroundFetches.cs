using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>
/// Adapters that are fetched while the rest of a catalogue is served: one caller's large or slow repository holds up nobody else's change. A few at once;
/// what failed is tried again after a while. For one caller at a time.
/// </summary>
/// <param name="fetcher">Brings them.</param>
/// <param name="progress">Told of what is read.</param>
/// <param name="ended">Called when one has come, or has not; and when it is time to try again.</param>
/// <param name="time">Of the pauses.</param>
#pragma warning disable CA1001 // A semaphore whose handle nobody asks for holds nothing to be freed.
internal sealed class BackgroundFetches(Lazy<ContentFetcher> fetcher, Action<string> progress, Action ended, TimeProvider time)
#pragma warning restore CA1001
{
    public static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);

    private const int AtOnce = 4;

    private readonly SemaphoreSlim _few = new(AtOnce);
    private readonly HashSet<(string Place, long Since)> _asked = [];
    private readonly Dictionary<(string Place, long Since), Fetch> _fetches = [];

    /// <param name="place">A URI.</param>
    /// <param name="what">Whose it is, for messages.</param>
    /// <param name="since">Of the expert's entry.</param>
    /// <param name="stop">Ends what is begun here.</param>
    /// <returns>Its folder, to be read before the next <see cref="Sweep"/>; null: it is on its way.</returns>
    /// <exception cref="CatalogueException">It could not be had, last time.</exception>
    public string? Look(string place, string what, long since, CancellationToken stop)
    {
        var key = (place, since);
        _asked.Add(key);
        if (!_fetches.TryGetValue(key, out var fetch))
        {
            _fetches.Add(key, fetch = new Fetch(RunAsync(place, what, stop), time.GetTimestamp()));
        }

        if (!fetch.Work.IsCompleted)
        {
            return fetch.Failure is { } before ? throw new CatalogueException(before) : null;
        }

        if (fetch.Work.IsCompletedSuccessfully)
        {
            return fetch.Work.Result.Path;
        }

        string failure = $"{what}: adapter: {fetch.Work.Exception?.InnerException?.Message ?? "the preparation was stopped"}";
        if (time.GetElapsedTime(fetch.Begun) >= Retry)
        {
            // Until the next one ends, the last one's word holds.
            _fetches[key] = new Fetch(RunAsync(place, what, stop), time.GetTimestamp()) { Failure = failure };
        }

        throw new CatalogueException(failure);
    }

    /// <summary>What nobody has asked for since the last sweep is of no use any more.</summary>
    public void Sweep()
    {
        foreach (var key in _fetches.Keys.Where(key => !_asked.Contains(key)).ToArray())
        {
            _ = _fetches[key].Work.ContinueWith(done => done.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            _fetches.Remove(key);
        }

        _asked.Clear();
    }

    private async Task<FetchedContent> RunAsync(string place, string what, CancellationToken stop)
    {
        // Beside whoever asks.
        await Task.Yield();
        await _few.WaitAsync(stop);
        try
        {
            return await fetcher.Value.FetchAsync(place, AdapterPreparer.Needs, line => progress($"{what}: adapter: {line}"), stop);
        }
        catch (ContentException)
        {
            _ = Task.Delay(Retry, time, stop).ContinueWith(_ => ended(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
        finally
        {
            _few.Release();
            ended();
        }
    }

    /// <param name="Work">What is under way, or has ended.</param>
    /// <param name="Begun">When.</param>
    private sealed record Fetch(Task<FetchedContent> Work, long Begun)
    {
        /// <summary>Of the fetch before.</summary>
        public string? Failure { get; init; }
    }
}
