using System.Collections.Concurrent;
using ExpertCluster.Catalogue.Snapshots;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// The experts that are ready here, by name and revision: each is made ready once, by whoever asks first, and stays while the
/// catalogue has its name and a recent snapshot its revision. So it holds no more than recent catalogues name.
/// </summary>
internal sealed class ActivationRegistry : IDisposable
{
    private readonly ConcurrentDictionary<(string Expert, string Revision), Lazy<Task<ExpertActivation>>> _activations = new();
    private readonly ExpertLoader _loader;
    private readonly ICatalogueSource _catalogue;
    private readonly CatalogueHistory _history;
    private readonly IDisposable _listening;

    public ActivationRegistry(ExpertLoader loader, ICatalogueSource catalogue, CatalogueHistory history)
    {
        (_loader, _catalogue, _history) = (loader, catalogue, history);
        _listening = ChangeToken.OnChange(() => catalogue.Changed, Sweep);
    }

    /// <summary>Those that are ready.</summary>
    public IEnumerable<ExpertActivation> All =>
        _activations.Values.Where(a => a is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }).Select(a => a.Value.Result);

    /// <summary>Null: it isn't ready.</summary>
    public ExpertActivation? Find(string expert, string revision) =>
        _activations.TryGetValue((expert, revision), out var made) && made is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } ? made.Value.Result : null;

    /// <summary>The activation, made ready where it isn't.</summary>
    /// <param name="expert">Its name.</param>
    /// <param name="revision">Of its content; empty: what the catalogue has now.</param>
    /// <param name="cancellation">Ends the caller's wait; others may wait for the same.</param>
    /// <exception cref="KeyNotFoundException">No recent catalogue has it.</exception>
    /// <inheritdoc cref="ExpertLoader.LoadAsync"/>
    public async ValueTask<ExpertActivation> GetAsync(string expert, string revision, CancellationToken cancellation)
    {
        if (revision.Length > 0 && Find(expert, revision) is { } ready)
        {
            return ready;
        }

        var (snapshot, prepared) = _history.Find(expert, revision) ?? throw new KeyNotFoundException($"the catalogue has no such revision of expert {expert}");
        var key = (expert, prepared.Revision);
        var making = _activations.GetOrAdd(key, static (_, made) => new(() => Task.Run(() => made.Loader.LoadAsync(made.Expert, made.Snapshot))), (Loader: _loader, Expert: prepared, Snapshot: snapshot));
        try
        {
            var made = await making.Value.WaitAsync(cancellation);
            if (made.Runtime.IsRetired)
            {
                // Its base left this host meanwhile; whoever let go of it may have looked before this one was there.
                Sweep();
                throw new ExpertBusyException($"expert {expert} can't be loaded: base {made.Runtime.Name} leaves this host", null);
            }

            return made;
        }
        catch (Exception) when (making.Value.IsFaulted || making.Value.IsCanceled)
        {
            // A failure must not stick: the next call tries again.
            _activations.TryRemove(KeyValuePair.Create(key, making));
            throw;
        }
    }

    /// <summary>Has its files here while a request needs them; where they turn out to be unusable, so is the activation.</summary>
    /// <inheritdoc cref="ExpertLoader.HoldAsync"/>
    public async Task<IDisposable?> HoldAsync(ExpertActivation activation, CancellationToken cancellation)
    {
        try
        {
            return await _loader.HoldAsync(activation, cancellation);
        }
        catch (ExpertUnusableException)
        {
            Remove(activation);
            _loader.Unload(activation);
            throw;
        }
    }

    /// <summary>Takes an activation out whose files failed; the next call reads them anew.</summary>
    /// <returns>The reason, for callers.</returns>
    public string Fail(ExpertActivation activation, Exception error)
    {
        Remove(activation);
        return _loader.Fail(activation, error);
    }

    public void Dispose() => _listening.Dispose();

    private void Remove(ExpertActivation activation)
    {
        var key = (activation.Expert, activation.Revision);
        if (_activations.TryGetValue(key, out var made) && made.Value is { IsCompletedSuccessfully: true } task && task.Result == activation)
        {
            _activations.TryRemove(KeyValuePair.Create(key, made));
        }
    }

    /// <summary>
    /// Lets go of what no request can have any more: an expert that was removed at once, an earlier revision with the last snapshot that named it, and all
    /// of a base that was let go. What runs with it ends in peace.
    /// </summary>
    public void Sweep()
    {
        foreach (var (key, making) in _activations)
        {
            bool isNamed = _catalogue.Current.FindExpert(key.Expert) is not null && _history.Find(key.Expert, key.Revision) is not null;
            bool isStranded = making is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } && making.Value.Result.Runtime.IsRetired;
            if ((!isNamed || isStranded) && making.Value.IsCompleted && _activations.TryRemove(KeyValuePair.Create(key, making)) && making.Value.IsCompletedSuccessfully)
            {
                _loader.Unload(making.Value.Result);
            }
        }
    }
}
