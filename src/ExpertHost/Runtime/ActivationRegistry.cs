using System.Collections.Immutable;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// The expert activations of this process: an immutable snapshot that readers take without a lock and writers swap.
/// Two replicas of an expert can share a host for a moment (the grain directory is eventually consistent): the key has both parts.
/// </summary>
internal sealed class ActivationRegistry
{
    private ImmutableDictionary<ExpertKey, ExpertActivation> _activations = ImmutableDictionary<ExpertKey, ExpertActivation>.Empty;

    public IEnumerable<ExpertActivation> All => Volatile.Read(ref _activations).Values;

    public void Add(ExpertActivation activation) =>
        ImmutableInterlocked.AddOrUpdate(ref _activations, KeyOf(activation), activation, (_, _) => activation);

    /// <summary>Removes this very activation; a newer one under the same key stays.</summary>
    public void Remove(ExpertActivation activation)
    {
        var key = KeyOf(activation);
        ImmutableInterlocked.Update(
            ref _activations, all => all.TryGetValue(key, out var current) && current == activation ? all.Remove(key) : all);
    }

    /// <summary>The live activation of an expert under that epoch, or null.</summary>
    public ExpertActivation? Find(string expert, long epoch) =>
        All.FirstOrDefault(a => a.Replica.Expert == expert && a.Replica.Epoch == epoch);

    private static ExpertKey KeyOf(ExpertActivation activation) => new(activation.Replica.Expert, activation.Replica.Replica);
}
