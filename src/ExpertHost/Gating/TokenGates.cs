using System.Collections.Concurrent;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Node.Lifetimes;

namespace ExpertCluster.ExpertHost.Gating;

/// <summary>
/// Token gates by base and revision: a catalogue that changes brings new ones, and a request that began with one goes on with it. Each is
/// opened once, by whoever needs it first; those that no recent catalogue has go with the last request that uses them.
/// </summary>
internal sealed class TokenGates(IPreparedContent content, CatalogueHistory history) : IDisposable
{
    private readonly ConcurrentDictionary<(string Base, string Revision), Lazy<Task<RetiringResource<TokenGateScorer>>>> _gates = new();

    /// <summary>The gate, entered: whoever takes it leaves it.</summary>
    /// <param name="baseName">Whose.</param>
    /// <param name="revision">Of the gates; empty: those of the current catalogue.</param>
    /// <returns>Null: that catalogue has no token gate for this base.</returns>
    /// <exception cref="KeyNotFoundException">No recent catalogue has gates of this revision.</exception>
    /// <exception cref="Catalogue.CatalogueException">The gate is not what was prepared.</exception>
    /// <exception cref="Catalogue.Store.ContentException">The gate can't be had just now.</exception>
    /// <exception cref="GateFormatException">The gate can't be used.</exception>
    public async Task<RetiringResource<TokenGateScorer>?> EnterAsync(string baseName, string revision)
    {
        while (true)
        {
            var snapshot = history.FindGates(revision) ?? throw new KeyNotFoundException("the catalogue has no gates of this revision");
            if (snapshot.TokenGatesOf(revision, baseName) is not var (folder, its))
            {
                return null;
            }

            var key = (baseName, its);
            var opening = _gates.GetOrAdd(key, key => new(() => OpenAsync(folder, key.Base)));
            try
            {
                var gate = await opening.Value;
                if (gate.TryEnter())
                {
                    LetGo();
                    return gate;
                }
            }
            catch
            {
                // A failure must not stick: the next call tries again.
                _gates.TryRemove(KeyValuePair.Create(key, opening));
                throw;
            }
        }
    }

    public void Dispose()
    {
        foreach (var gate in _gates.Values)
        {
            Retire(gate);
        }
    }

    private async Task<RetiringResource<TokenGateScorer>> OpenAsync(PreparedFolder folder, string baseName)
    {
        var files = await content.OpenTokenGateAsync(folder, baseName, CancellationToken.None);
        try
        {
            return new(new TokenGateScorer(TokenGate.Load(files.Path, baseName), files));
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private void LetGo()
    {
        foreach (var (key, gate) in _gates)
        {
            if (history.FindGates(key.Revision) is null && _gates.TryRemove(KeyValuePair.Create(key, gate)))
            {
                Retire(gate);
            }
        }
    }

    /// <summary>One that is still being opened goes as soon as it is.</summary>
    private static void Retire(Lazy<Task<RetiringResource<TokenGateScorer>>> gate)
    {
        if (gate.IsValueCreated)
        {
            _ = gate.Value.ContinueWith(
                static opened => opened.Result.Retire(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
