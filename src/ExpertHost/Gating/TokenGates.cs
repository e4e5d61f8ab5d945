using System.Collections.Concurrent;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Node.Lifetimes;

namespace ExpertCluster.ExpertHost.Gating;

/// <summary>
/// Token gates by base and revision: a catalogue that changes brings new ones, and a request that began with one goes on with it. Each is
/// opened once, by whoever needs it first; those that no recent catalogue has go with the last request that uses them.
/// </summary>
internal sealed class TokenGates(CatalogueHistory history) : IDisposable
{
    private readonly ConcurrentDictionary<(string Base, string Revision), Lazy<RetiringResource<TokenGateScorer>>> _gates = new();

    /// <summary>The gate, entered: whoever takes it leaves it.</summary>
    /// <param name="baseName">Whose.</param>
    /// <param name="revision">Of the gates; empty: those of the current catalogue.</param>
    /// <returns>Null: that catalogue has no token gate for this base.</returns>
    /// <exception cref="KeyNotFoundException">No recent catalogue has gates of this revision.</exception>
    /// <exception cref="Catalogue.CatalogueException">The gate is not what was prepared.</exception>
    /// <exception cref="GateFormatException">The gate can't be used.</exception>
    public RetiringResource<TokenGateScorer>? Enter(string baseName, string revision)
    {
        while (true)
        {
            var snapshot = history.FindGates(revision) ?? throw new KeyNotFoundException("the catalogue has no gates of this revision");
            if (snapshot.Gates is not { } folder || snapshot.FindBase(baseName) is not { HasTokenGate: true })
            {
                return null;
            }

            var key = (baseName, snapshot.GateRevision);
            var opening = _gates.GetOrAdd(key, key => new(() => new(new TokenGateScorer(
                TokenGate.Load(folder.Check($"the token gate of base {key.Base}", $"token/{key.Base}/"), key.Base)))));
            try
            {
                if (opening.Value.TryEnter())
                {
                    LetGo();
                    return opening.Value;
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
        foreach (var gate in _gates.Values.Where(g => g.IsValueCreated))
        {
            gate.Value.Retire();
        }
    }

    private void LetGo()
    {
        foreach (var (key, gate) in _gates)
        {
            if (history.FindGates(key.Revision) is null && _gates.TryRemove(KeyValuePair.Create(key, gate)) && gate.IsValueCreated)
            {
                gate.Value.Retire();
            }
        }
    }
}
