using System.Collections.Concurrent;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Store;

/// <summary>
/// Files by their content, on this host's disk, for all its processes. A file is given out when its digest was compared, and stays while
/// anybody holds it; of the others the least recently used go when room is needed. Nothing half is ever to be seen under a digest.
/// </summary>
public sealed class ModelStore
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, Flight> _flights = new(StringComparer.Ordinal);
    private readonly ModelStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly StoreLayout _layout;
    private readonly StoreGate _gate;
    private readonly StoreSpace _space;
    private readonly KnownDigests _known;

    /// <exception cref="ContentException">The folder can't be made.</exception>
    public ModelStore(ModelStoreOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options, time);
        try
        {
            _layout = new StoreLayout(options.Folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ContentException($"the model store {options.Folder} can't be made: {error.Message.ReplaceLineEndings(" ")}", error);
        }

        _gate = new StoreGate(_layout.Gate);
        _space = new StoreSpace(_layout, options);
        _known = new KnownDigests(_layout, options.MaxKnown);
    }

    public ModelStoreOptions Options => _options;

    /// <summary>
    /// Gives a file out, fetched where it is not there. Any number of asks for one content, in this process and in others, are one
    /// fetch; it ends when nobody waits for it any more.
    /// </summary>
    /// <exception cref="ContentException">It can't be had, or there is no room.</exception>
    public async Task<StoredFile> GetAsync(ContentAsk ask, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(ask);
        string name = ask.Sha256 ?? StoreLayout.NameOf(ask.Key);

        // One content from two places is two flights, of which one waits for the other: what fails at one may be had at the other.
        string place = $"{name} {ask.What}";
        Flight flight;
        do
        {
            flight = _flights.GetOrAdd(place, _ => new Flight());
        }
        while (!flight.TryJoin());

        try
        {
            return await flight.WaitAsync(stop => FetchAsync(ask, name, stop), cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StoreTrouble.Explain(_options, ask.What, error);
        }
        finally
        {
            if (flight.Leave())
            {
                _flights.TryRemove(KeyValuePair.Create(place, flight));
            }
        }
    }

    /// <summary>A folder of its own, in which files of the store have names. For whoever reads folders.</summary>
    public StoreView OpenView(CancellationToken cancellation) => StoreView.Open(_options, _layout, _gate, cancellation);

    private async Task<StoredFile> FetchAsync(ContentAsk ask, string name, CancellationToken cancellation)
    {
        while (true)
        {
            if (await TryGetAsync(ask, cancellation) is { } there)
            {
                return there;
            }

            PartialFile? partial;
            using (_gate.Enter(cancellation))
            {
                partial = PartialFile.TryTake(_layout, name);
            }

            if (partial is not null)
            {
                using (partial)
                {
                    // Once more: whoever had the lock before may have brought it.
                    return await TryGetAsync(ask, cancellation) ?? await FetchAsync(ask, partial, cancellation);
                }
            }

            // Another process fetches it. Its clock is the system's, whatever this one's is.
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    private async Task<StoredFile> FetchAsync(ContentAsk ask, PartialFile partial, CancellationToken cancellation)
    {
        bool goesOn = false;
        try
        {
            string digest = await new ContentFetch(ask, partial, Reserve).RunAsync(cancellation);
            using (_gate.Enter(cancellation))
            {
                _known.Add(ask.Key, digest);
                File.Move(partial.DataPath, _layout.Object(digest), overwrite: true);
                return Lease(digest);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ContentException { RetryHelps: true })
        {
            goesOn = true;
            throw;
        }
        finally
        {
            using (_gate.Enter(CancellationToken.None))
            {
                if (!goesOn || !File.Exists(partial.DataPath))
                {
                    partial.Delete();
                }

                partial.Dispose();
                _space.TrimPartials();
            }
        }

        long Reserve(long needed, long wanted, string? validator)
        {
            using (_gate.Enter(cancellation))
            {
                long given = _space.MakeRoom(partial, needed, wanted, ask.What);
                partial.Reserve(given, validator);
                return given;
            }
        }
    }

    /// <summary>What is there, compared with its digest; what isn't what it should be goes.</summary>
    private async Task<StoredFile?> TryGetAsync(ContentAsk ask, CancellationToken cancellation)
    {
        StoredFile file;
        using (_gate.Enter(cancellation))
        {
            if ((ask.Sha256 ?? _known.Find(ask.Key)) is not { } digest || !File.Exists(_layout.Object(digest)))
            {
                return null;
            }

            file = Lease(digest);
        }

        try
        {
            if (await ContentHash.OfFileAsync(file.Path, cancellation) == file.Sha256)
            {
                return ask.Bytes is null || ask.Bytes == file.Bytes
                    ? file
                    : throw new ContentException($"{ask.What}: the content of digest {file.Sha256} has {file.Bytes} bytes; its source says {ask.Bytes}");
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        using (_gate.Enter(cancellation))
        {
            // Whoever holds it has another opinion, perhaps of a better one that came meanwhile. The fetch puts a new one in its place anyway.
            using var alone = FileLock.TryTake(_layout.Lease(file.Sha256));
            if (alone is not null)
            {
                File.Delete(file.Path);
            }
        }

        return null;
    }

    /// <summary>Behind the gate, of an object that is there.</summary>
    private StoredFile Lease(string digest)
    {
        var lease = FileLock.Share(_layout.Lease(digest));
        File.SetLastWriteTimeUtc(lease.SafeFileHandle, _time.GetUtcNow().UtcDateTime);
        return new StoredFile(_layout, digest, lease);
    }
}
