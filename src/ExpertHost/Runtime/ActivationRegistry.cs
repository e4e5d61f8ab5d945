using System.Collections.Immutable;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// The expert activations of this process: an immutable snapshot that readers take without a lock and writers swap.
/// Two replicas of an expert can share a host for a moment (the grain directory is eventually consistent), so a replica has both parts
/// in its key; requests know an activation by expert and epoch.
/// </summary>
internal sealed class ActivationRegistry
{
    private Snapshot _snapshot = Snapshot.Empty;

    public IEnumerable<ExpertActivation> All => Volatile.Read(ref _snapshot).ByReplica.Values;

    /// <summary>Takes the place of an older activation of the same replica.</summary>
    public void Add(ExpertActivation activation) => ImmutableInterlocked.Update(ref _snapshot, static (all, added) => all.With(added), activation);

    /// <summary>Removes this very activation; a newer one under the same key stays.</summary>
    public void Remove(ExpertActivation activation) =>
        ImmutableInterlocked.Update(ref _snapshot, static (all, removed) => all.Without(removed), activation);

    /// <summary>The live activation of an expert under that epoch, or null.</summary>
    public ExpertActivation? Find(string expert, long epoch) => Volatile.Read(ref _snapshot).ByEpoch.GetValueOrDefault((expert, epoch));

    private sealed record Snapshot(
        ImmutableDictionary<ExpertKey, ExpertActivation> ByReplica, ImmutableDictionary<(string Expert, long Epoch), ExpertActivation> ByEpoch)
    {
        public static readonly Snapshot Empty = new(
            ImmutableDictionary<ExpertKey, ExpertActivation>.Empty, ImmutableDictionary<(string Expert, long Epoch), ExpertActivation>.Empty);

        public Snapshot With(ExpertActivation activation)
        {
            var others = ByReplica.TryGetValue(ReplicaOf(activation), out var before) ? Without(before) : this;
            return new Snapshot(
                others.ByReplica.SetItem(ReplicaOf(activation), activation), others.ByEpoch.SetItem(EpochOf(activation), activation));
        }

        public Snapshot Without(ExpertActivation activation) =>
            ByReplica.TryGetValue(ReplicaOf(activation), out var current) && current == activation
                ? new Snapshot(ByReplica.Remove(ReplicaOf(activation)), ByEpoch.Remove(EpochOf(activation)))
                : this;

        private static ExpertKey ReplicaOf(ExpertActivation activation) => new(activation.Replica.Expert, activation.Replica.Replica);

        private static (string Expert, long Epoch) EpochOf(ExpertActivation activation) => (activation.Replica.Expert, activation.Replica.Epoch);
    }
}
