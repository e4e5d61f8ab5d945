using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Models.Adapters;

namespace ExpertCluster.Inference.Adapters;

/// <summary>
/// Which adapters are in an engine's runtime. The same content is loaded once, however many names it has. A place is
/// free again when every handle to it is unloaded and every sequence that holds it has ended. Thread-safe.
/// </summary>
public sealed class AdapterStore
{
    private readonly Lock _lock = new();
    private readonly AdapterPlace?[] _places;
    private readonly Dictionary<string, AdapterPlace> _byDigest = [];
    private readonly HashSet<ResidentAdapter> _handles = [];
    private readonly Queue<AdapterPlace> _pending;
    private readonly Action _wake;
    private Exception? _closed;

    internal AdapterStore(int capacity, Action wake)
    {
        _places = new AdapterPlace?[capacity];
        _pending = new Queue<AdapterPlace>(capacity);
        _wake = wake;
    }

    /// <summary>Adapters (by content) that can be resident at once.</summary>
    public int Capacity => _places.Length;

    /// <summary>Places that are taken, those of unloaded adapters included while sequences still hold them.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byDigest.Count;
            }
        }
    }

    /// <summary>
    /// Puts an adapter into the runtime between two steps, or finds its content there already. Each call's handle is
    /// unloaded by itself.
    /// </summary>
    /// <exception cref="AdapterCapacityException">Every place is taken.</exception>
    /// <exception cref="EngineDrainingException">The engine has stopped.</exception>
    public async Task<ResidentAdapter> LoadAsync(string name, AdapterWeights weights, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(weights);
        var place = Reserve(name, weights);
        _wake();
        try
        {
            await place.Loaded.Task.WaitAsync(cancellationToken);
        }
        catch
        {
            lock (_lock)
            {
                place.Handles--;
                FreeIfUnused(place);
            }

            throw;
        }

        var handle = new ResidentAdapter(place.Index, name, place.Digest);
        lock (_lock)
        {
            _handles.Add(handle);
        }

        return handle;
    }

    /// <summary>Gives a handle up. Sequences that run with the adapter finish with it.</summary>
    /// <exception cref="InvalidOperationException">This store didn't give the handle, or it is unloaded already.</exception>
    public void Unload(ResidentAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        lock (_lock)
        {
            if (!_handles.Remove(adapter))
            {
                throw new InvalidOperationException($"adapter '{adapter.Name}' is not loaded by this handle");
            }

            var place = _places[adapter.Index]!;
            place.Handles--;
            FreeIfUnused(place);
        }
    }

    /// <summary>Keeps an adapter in place for a sequence; false where it is not loaded.</summary>
    internal bool TryHold(ResidentAdapter adapter)
    {
        lock (_lock)
        {
            if (!_handles.Contains(adapter))
            {
                return false;
            }

            _places[adapter.Index]!.Holds++;
            return true;
        }
    }

    internal void Release(ResidentAdapter adapter)
    {
        lock (_lock)
        {
            var place = _places[adapter.Index]!;
            place.Holds--;
            FreeIfUnused(place);
        }
    }

    /// <summary>Whether the runtime has this adapter's content at its index. For the loop's thread.</summary>
    internal bool IsInPlace(ResidentAdapter adapter)
    {
        var place = (uint)adapter.Index < (uint)_places.Length ? Volatile.Read(ref _places[adapter.Index]) : null;
        return place is not null && place.Digest == adapter.Digest && place.Loaded.Task.IsCompletedSuccessfully;
    }

    /// <summary>Does the loads that were asked for. On the loop's thread, between steps.</summary>
    internal void LoadPending(IStepRunner runner)
    {
        while (NextPending() is { } place)
        {
            try
            {
                runner.LoadAdapter(place.Index, place.Weights!);
                place.Weights = null;
                place.Loaded.SetResult();
            }
            catch (Exception error)
            {
                lock (_lock)
                {
                    Remove(place);
                }

                place.Loaded.SetException(error);
            }
        }
    }

    /// <summary>Refuses everything from here on, loads that wait included.</summary>
    internal void Close(Exception error)
    {
        lock (_lock)
        {
            _closed = error;
        }

        while (NextPending() is { } place)
        {
            place.Loaded.SetException(error);
        }
    }

    private AdapterPlace Reserve(string name, AdapterWeights weights)
    {
        lock (_lock)
        {
            if (_closed is not null)
            {
                throw new EngineDrainingException(_closed.Message);
            }

            if (!_byDigest.TryGetValue(weights.Digest, out var place))
            {
                var index = Array.IndexOf(_places, null);
                if (index < 0)
                {
                    throw new AdapterCapacityException(name, Capacity);
                }

                place = new AdapterPlace(index, weights);
                _byDigest.Add(place.Digest, place);
                Volatile.Write(ref _places[index], place);
                _pending.Enqueue(place);
            }

            place.Handles++;
            return place;
        }
    }

    private AdapterPlace? NextPending()
    {
        lock (_lock)
        {
            while (_pending.TryDequeue(out var place))
            {
                // Given up meanwhile: its index may be another's by now.
                if (ReferenceEquals(_places[place.Index], place))
                {
                    return place;
                }
            }

            return null;
        }
    }

    private void FreeIfUnused(AdapterPlace place)
    {
        if (place.Handles == 0 && place.Holds == 0)
        {
            Remove(place);
        }
    }

    private void Remove(AdapterPlace place)
    {
        if (ReferenceEquals(_places[place.Index], place))
        {
            Volatile.Write(ref _places[place.Index], null);
            _byDigest.Remove(place.Digest);
        }
    }
}
