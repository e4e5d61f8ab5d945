using System.Collections.Concurrent;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Snapshots;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// The bases of this process, by name and content: each is loaded once, by whoever asks first, and stays until it is let go. What runs on one that was
/// let go runs on.
/// </summary>
internal sealed class BaseRegistry(IBaseOpener opener, WantedBases wanted, TimeProvider time) : IAsyncDisposable
{
    /// <summary>
    /// How long a base whose own content can't be used isn't read again: reading it takes seconds or minutes, and each of its experts asks for it.
    /// </summary>
    public static readonly TimeSpan RefusalTime = UnusableExperts.RefusalTime;

    private readonly ConcurrentDictionary<(string Name, string Revision), Lazy<Task<BaseRuntime>>> _bases = new();

    /// <summary>Those that can't be used, and since when: at most as many as catalogues had in that time.</summary>
    private readonly ConcurrentDictionary<(string Name, string Revision), (CatalogueException Error, long At)> _broken = new();

    /// <summary>Let go, and not closed yet when others were let go.</summary>
    private readonly ConcurrentDictionary<BaseRuntime, bool> _leaving = new();

    public IEnumerable<BaseRuntime> Loaded =>
        _bases.Values.Where(b => b is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }).Select(b => b.Value.Result);

    /// <summary>The base, entered: whoever gets it leaves it.</summary>
    /// <param name="name">Of the base.</param>
    /// <param name="catalogue">The snapshot that the caller's whole work goes by.</param>
    /// <exception cref="KeyNotFoundException">The catalogue has no such base.</exception>
    /// <exception cref="BaseElsewhereException">This host does not run it.</exception>
    /// <exception cref="CatalogueException">Its content can't be used, now or a while ago.</exception>
    public async Task<BaseRuntime> EnterAsync(string name, CatalogueSnapshot catalogue)
    {
        var prepared = catalogue.FindBase(name) ?? throw new KeyNotFoundException($"the catalogue has no base '{name}'");
        var key = (name, Revisions.Of(prepared.Folder));
        while (wanted.Has(prepared))
        {
            ThrowWhereBroken(key);
            var loading = _bases.GetOrAdd(key, _ => new Lazy<Task<BaseRuntime>>(() => Task.Run(() => opener.OpenAsync(prepared))));
            try
            {
                if (await loading.Value is var runtime && runtime.TryEnter())
                {
                    return runtime;
                }

                // Let go between the two lines: the next look opens it anew, or finds that this host does not run it any more.
                _bases.TryRemove(KeyValuePair.Create(key, loading));
            }
            catch (Exception error)
            {
                if (error is CatalogueException broken)
                {
                    _broken[key] = (broken, time.GetTimestamp());
                }

                // A failed load must not stick: the next call tries again.
                _bases.TryRemove(KeyValuePair.Create(key, loading));
                throw;
            }
        }

        throw new BaseElsewhereException(name);
    }

    /// <summary>Lets go of those that are loaded and that a test picks: nobody new gets them, and they are closed with the last who uses them.</summary>
    /// <returns>What was let go.</returns>
    public IReadOnlyList<BaseRuntime> LetGo(Func<BaseRuntime, bool> picks)
    {
        foreach (var closed in _leaving.Keys.Where(b => b.IsClosed))
        {
            _leaving.TryRemove(closed, out _);
        }

        List<BaseRuntime> gone = [];
        foreach (var (key, loading) in _bases)
        {
            if (loading is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } && loading.Value.Result is var runtime && picks(runtime)
                && _bases.TryRemove(KeyValuePair.Create(key, loading)))
            {
                _leaving[runtime] = true;
                runtime.Retire();
                gone.Add(runtime);
            }
        }

        return gone;
    }

    private void ThrowWhereBroken((string Name, string Revision) key)
    {
        foreach (var old in _broken.Where(b => time.GetElapsedTime(b.Value.At) >= RefusalTime).ToArray())
        {
            _broken.TryRemove(old);
        }

        if (_broken.TryGetValue(key, out var broken))
        {
            throw new CatalogueException(broken.Error.Message, broken.Error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var runtime in Loaded.Concat(_leaving.Keys).ToArray())
        {
            await runtime.DisposeAsync();
        }
    }
}
