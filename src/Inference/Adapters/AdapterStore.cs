using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Models.Adapters;

namespace ExpertCluster.Inference.Adapters;

/// <summary>
/// The adapters that an engine knows, in three tiers: their files, host memory (bounded in bytes) and the runtime's stack
/// (a number of places). A sequence brings what it needs into the runtime while others run; what no sequence runs with
/// goes when a place is needed, the least recently used first. The same content is held once, however many names it has.
/// Thread-safe.
/// </summary>
public sealed class AdapterStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, AdapterContent> _contents = [];
    private readonly HashSet<EngineAdapter> _handles = [];
    private readonly PlaceTable _places;
    private readonly HostTier _host;
    private readonly AdapterLoader _loader;
    private readonly IStepRunner _runner;
    private readonly Action _wake;
    private bool _closed;

    internal AdapterStore(IStepRunner runner, long hostBytes, Action wake)
    {
        (_runner, _wake) = (runner, wake);
        _places = new PlaceTable(runner.AdapterCapacity);
        _host = new HostTier(hostBytes);
        _loader = new AdapterLoader(runner, _host, LoadEnded);
    }

    /// <summary>Contents that the runtime holds at once.</summary>
    public int Capacity => _places.Capacity;

    /// <summary>What is where.</summary>
    public AdapterCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return new AdapterCounts(_contents.Count, _places.Used, _host.Bytes, _loader.SourceReads, _places.Evictions);
            }
        }
    }

    /// <summary>Who is asked for just now.</summary>
    public AdapterUse Use
    {
        get
        {
            lock (_lock)
            {
                return new AdapterUse(Names(content => content.Pins > 0), Names(content => content.Holds > content.Pins));
            }

            string[] Names(Func<AdapterContent, bool> isMeant) =>
                [.. _handles.Where(handle => isMeant(handle.Content!)).Select(handle => handle.Name).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>
    /// Reads an adapter, checks that it fits the runtime, and knows it from then on. It goes into the runtime at once where
    /// a place is free, else when a sequence needs it.
    /// </summary>
    /// <param name="name">For reports and errors.</param>
    /// <param name="source">Reads the adapter; called again whenever its weights are needed and no longer in host memory.</param>
    /// <param name="keep">Whether it is to stay in the runtime, whatever else needs a place.</param>
    /// <param name="cancellationToken">Stops the waiting; the registration is taken back.</param>
    /// <exception cref="ArgumentException">The adapter does not fit the runtime.</exception>
    /// <exception cref="AdapterCapacityException">Adapters to keep leave no place for it.</exception>
    /// <exception cref="EngineDrainingException">The engine has stopped.</exception>
    public async Task<EngineAdapter> RegisterAsync(
        string name, Func<AdapterWeights> source, bool keep = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(source);
        var weights = await Task.Run(source, cancellationToken);
        _runner.CheckAdapter(weights);
        var handle = Add(name, weights, source, keep, out var loading);
        try
        {
            await loading.WaitAsync(cancellationToken);
            return handle;
        }
        catch
        {
            Unregister(handle);
            throw;
        }
    }

    /// <summary>Gives a registration up. Sequences that wait or run with the adapter finish with it.</summary>
    /// <exception cref="InvalidOperationException">This store didn't give the handle, or it was given up already.</exception>
    public void Unregister(EngineAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        lock (_lock)
        {
            if (!_handles.Remove(adapter))
            {
                throw new InvalidOperationException($"adapter '{adapter.Name}' is not registered by this handle");
            }

            var content = adapter.Content!;
            content.Handles--;
            if (adapter.IsKept && --content.KeptHandles == 0)
            {
                _places.Kept--;
            }

            RemoveIfUnused(content);
        }
    }

    /// <summary>Whether a sequence gets the adapter without a file being read: it is in the runtime or in host memory.</summary>
    public bool IsInMemory(EngineAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        lock (_lock)
        {
            return adapter.Content is { State: not AdapterState.Absent } || _host.Has(adapter.Digest);
        }
    }

    /// <summary>Keeps adapters for a sequence that will wait for them; all or none.</summary>
    /// <exception cref="InvalidGenerationException">One is not registered, or they are more than the runtime has places for.</exception>
    internal void Hold(IReadOnlyList<EngineAdapter> adapters)
    {
        lock (_lock)
        {
            foreach (var adapter in adapters)
            {
                if (!_handles.Contains(adapter))
                {
                    throw new InvalidGenerationException([$"branches name adapter '{adapter.Name}', which is not registered in this engine"]);
                }
            }

            int needed = adapters.Select(adapter => adapter.Content!).Distinct().Count(content => content.KeptHandles == 0);
            int room = _places.Capacity - _places.Kept;
            if (needed > room)
            {
                throw new InvalidGenerationException(
                    [FormattableString.Invariant($"branches need {needed} adapters at once; the runtime has {room} places for them (AdapterCapacity)")]);
            }

            foreach (var adapter in adapters)
            {
                adapter.Content!.Holds++;
            }
        }
    }

    /// <summary>Brings on its way what a sequence needs and the runtime lacks; where it lacks nothing, pins it if asked to.</summary>
    /// <param name="adapters">What <see cref="Hold"/> was given.</param>
    /// <param name="now">Number of this look at the queue: what one sequence wants isn't evicted for one behind it.</param>
    /// <param name="pin">Whether the sequence is to run now.</param>
    /// <param name="error">Why a load failed, where the outcome says so.</param>
    internal AdapterReadiness Prepare(IReadOnlyList<EngineAdapter> adapters, long now, bool pin, out Exception? error)
    {
        error = null;
        if (adapters.Count == 0)
        {
            return AdapterReadiness.Ready;
        }

        lock (_lock)
        {
            foreach (var adapter in adapters)
            {
                adapter.Content!.WantedAt = now;
            }

            var readiness = AdapterReadiness.Ready;
            foreach (var adapter in adapters)
            {
                var content = adapter.Content!;
                if (content.Error is not null)
                {
                    error = new AdapterLoadException(adapter.Name, content.Error);
                    return AdapterReadiness.Failed;
                }

                if (content.State == AdapterState.InPlace)
                {
                    _places.Touch(content);
                }
                else if (content.State == AdapterState.Loading || TryStart(content, now))
                {
                    readiness = readiness == AdapterReadiness.NoPlace ? readiness : AdapterReadiness.Loading;
                }
                else
                {
                    readiness = AdapterReadiness.NoPlace;
                }
            }

            if (pin && readiness == AdapterReadiness.Ready)
            {
                foreach (var adapter in adapters)
                {
                    adapter.Content!.Pins++;
                }
            }

            return readiness;
        }
    }

    /// <summary>Gives up what a sequence held, and pinned if it ran.</summary>
    internal void Release(IReadOnlyList<EngineAdapter> adapters, bool pinned)
    {
        lock (_lock)
        {
            foreach (var adapter in adapters)
            {
                var content = adapter.Content!;
                content.Pins -= pinned ? 1 : 0;
                if (--content.Holds == 0)
                {
                    content.Error = null;
                    RemoveIfUnused(content);
                }
            }
        }
    }

    /// <summary>Whether a running sequence has the adapter pinned, so that rows can use it. For the loop's thread.</summary>
    internal static bool IsPinned(EngineAdapter adapter) => adapter.Content is { Pins: > 0 };

    /// <summary>Refuses everything from here on; ends when no load runs any more.</summary>
    internal Task CloseAsync()
    {
        lock (_lock)
        {
            _closed = true;
        }

        return _loader.StopAsync();
    }

    private EngineAdapter Add(string name, AdapterWeights weights, Func<AdapterWeights> source, bool keep, out Task loading)
    {
        lock (_lock)
        {
            if (_closed)
            {
                throw new EngineDrainingException("the engine has stopped");
            }

            if (!_contents.TryGetValue(weights.Digest, out var content))
            {
                content = new AdapterContent(weights.Digest, source);
            }

            if (content.KeptHandles == 0 && !HasRoomFor(content, keep))
            {
                throw new AdapterCapacityException(name, _places.Capacity);
            }

            _host.Add(weights);
            if (content.State == AdapterState.Absent)
            {
                content.AtHand = weights;
                if (!(keep ? TryStart(content, long.MaxValue) : _places.TryTakeFree(content) && Start(content)))
                {
                    content.AtHand = null;
                    if (keep)
                    {
                        throw new AdapterCapacityException(name, _places.Capacity);
                    }
                }
            }

            _contents[content.Digest] = content;
            content.Handles++;
            if (keep && content.KeptHandles++ == 0)
            {
                _places.Kept++;
            }

            var handle = new EngineAdapter(name, content.Digest) { Content = content, IsKept = keep };
            _handles.Add(handle);
            loading = content.State == AdapterState.Loading ? content.Loaded.Task : Task.CompletedTask;
            return handle;
        }
    }

    // Whatever is registered must be able to get a place once nothing runs.
    private bool HasRoomFor(AdapterContent content, bool keep)
    {
        bool others = keep && _contents.Values.Any(other => other != content && other.KeptHandles == 0);
        return _places.Kept + (keep && others ? 1 : 0) < _places.Capacity;
    }

    private bool TryStart(AdapterContent content, long now) => _places.TryTake(content, now) && Start(content);

    private bool Start(AdapterContent content)
    {
        content.State = AdapterState.Loading;
        content.Loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loader.Start(content);
        return true;
    }

    private void LoadEnded(AdapterContent content, Exception? error)
    {
        lock (_lock)
        {
            content.AtHand = null;
            if (error is null)
            {
                content.State = AdapterState.InPlace;
                content.Loaded.SetResult();
            }
            else
            {
                _places.Free(content);
                content.Error = content.Holds > 0 ? error : null;
                content.Loaded.SetException(error);
                _ = content.Loaded.Task.Exception;
            }

            RemoveIfUnused(content);
        }

        _wake();
    }

    private void RemoveIfUnused(AdapterContent content)
    {
        if (content.IsUnused && _contents.Remove(content.Digest))
        {
            if (content.State == AdapterState.InPlace)
            {
                _places.Free(content);
            }

            _host.Remove(content.Digest);
        }
    }
}
