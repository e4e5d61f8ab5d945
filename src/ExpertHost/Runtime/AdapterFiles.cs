using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// Adapters' files for as long as somebody needs them. Whoever waits for a server is the request or the load that asked, never a worker
/// of the engine: they hold the files, and the engine reads what is held.
/// </summary>
internal sealed class AdapterFiles(IPreparedContent content)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Root, string Path), Held> _held = [];

    /// <summary>Whether files stay without being held.</summary>
    public bool Stay => content.Stays;

    /// <summary>The files, compared with their digests; any number of asks at a time are one.</summary>
    /// <param name="folder">Of the adapter.</param>
    /// <param name="what">For the message: "the adapter of law".</param>
    /// <param name="cancellation">Ends this one's wait.</param>
    /// <inheritdoc cref="IPreparedContent.OpenAsync"/>
    public async Task<PreparedPlace> HoldAsync(PreparedFolder folder, string what, CancellationToken cancellation)
    {
        var key = (folder.Root, folder.Path);
        Held held;
        lock (_lock)
        {
            if (!_held.TryGetValue(key, out held!))
            {
                _held.Add(key, held = new Held(Task.Run(() => content.OpenAsync(folder, what, below: "", CancellationToken.None), CancellationToken.None)));
            }

            held.Users++;
        }

        try
        {
            var place = await held.Place.WaitAsync(cancellation);
            return new PreparedPlace(place.Path, new Release(this, key, held));
        }
        catch
        {
            Leave(key, held);
            throw;
        }
    }

    /// <summary>Reads files that somebody holds; where nobody does any more, they are asked for once more.</summary>
    public T Read<T>(PreparedFolder folder, string what, Func<string, T> read)
    {
        using var place = HoldAsync(folder, what, CancellationToken.None).GetAwaiter().GetResult();
        return read(place.Path);
    }

    private void Leave((string Root, string Path) key, Held held)
    {
        lock (_lock)
        {
            if (--held.Users > 0)
            {
                return;
            }

            _held.Remove(key);
        }

        _ = held.Place.ContinueWith(End, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private static void End(Task<PreparedPlace> opening)
    {
        // Read, so that a failure that nobody waited for counts as seen.
        _ = opening.Exception;
        if (opening.IsCompletedSuccessfully)
        {
            opening.Result.Dispose();
        }
    }

    private sealed class Held(Task<PreparedPlace> place)
    {
        public Task<PreparedPlace> Place => place;

        public int Users { get; set; }
    }

    private sealed class Release(AdapterFiles files, (string Root, string Path) key, Held held) : IDisposable
    {
        public void Dispose() => files.Leave(key, held);
    }
}
