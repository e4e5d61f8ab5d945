using System.Collections.Concurrent;
using ExpertCluster.Catalogue.Snapshots;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// The bases of this process, by name and content: each is loaded once, by whoever asks first, and kept to the end, also when the catalogue
/// has it no more: what runs on it runs on.
/// </summary>
internal sealed class BaseRegistry(IBaseOpener opener) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Name, string Revision), Lazy<Task<BaseRuntime>>> _bases = new();

    public IEnumerable<BaseRuntime> Loaded =>
        _bases.Values.Where(b => b is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }).Select(b => b.Value.Result);

    /// <param name="name">Of the base.</param>
    /// <param name="catalogue">The snapshot that the caller's whole work goes by.</param>
    /// <exception cref="KeyNotFoundException">The catalogue has no such base.</exception>
    public async Task<BaseRuntime> GetAsync(string name, CatalogueSnapshot catalogue)
    {
        var prepared = catalogue.FindBase(name) ?? throw new KeyNotFoundException($"the catalogue has no base '{name}'");
        var key = (name, Revisions.Of(prepared.Folder));
        var loading = _bases.GetOrAdd(key, _ => new Lazy<Task<BaseRuntime>>(() => Task.Run(() => opener.OpenAsync(prepared))));
        try
        {
            return await loading.Value;
        }
        catch
        {
            // A failed load must not stick: the next call tries again.
            _bases.TryRemove(KeyValuePair.Create(key, loading));
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var runtime in Loaded.ToArray())
        {
            await runtime.DisposeAsync();
        }
    }
}
