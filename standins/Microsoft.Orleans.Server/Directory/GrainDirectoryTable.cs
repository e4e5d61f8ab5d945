using System.Collections.Concurrent;
using Orleans.OneMachine.Membership;
using Orleans.Runtime;

namespace Orleans.OneMachine.Directory;

/// <summary>
/// Where each grain is active: one entry a grain, on the primary. The primary is what the cluster lives and dies with, so the
/// directory survives every other silo whole.
/// </summary>
internal sealed class GrainDirectoryTable
{
    private readonly ConcurrentDictionary<GrainId, GrainAddress> _entries = new();
    private readonly MembershipAgent _agent;

    public GrainDirectoryTable(MembershipAgent agent)
    {
        _agent = agent;
        agent.Changed += (before, after) => DropDead(before, after);
    }

    public GrainAddress? Find(GrainId grain) => _entries.TryGetValue(grain, out var address) && IsLive(address) ? address : null;

    public GrainAddress Register(GrainAddress address)
    {
        if (!IsLive(address))
            throw new SiloUnavailableException($"{address} can not be registered: the silo is not a live member.");
        return _entries.AddOrUpdate(
            address.GrainId,
            static (_, state) => state.Wanted,
            static (_, existing, state) => state.Table.IsLive(existing) ? existing : state.Wanted,
            (Table: this, Wanted: address));
    }

    /// <summary>Whether there was such an entry.</summary>
    public object Unregister(GrainAddress address) => _entries.TryRemove(new(address.GrainId, address));

    private bool IsLive(GrainAddress address) =>
        _agent.Current.StatusOf(address.SiloAddress!) is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping or SiloStatus.Joining;

    private void DropDead(ClusterState before, ClusterState after)
    {
        if (!after.View.Members.Any(member => member.Status == SiloStatus.Dead && before.StatusOf(member.Silo) != SiloStatus.Dead))
            return;
        foreach (var entry in _entries.Where(entry => after.StatusOf(entry.Value.SiloAddress!) is SiloStatus.Dead or SiloStatus.None))
            _entries.TryRemove(entry);
    }
}
