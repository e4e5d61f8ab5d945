using System.Collections.Concurrent;
using Orleans.OneMachine.Membership;
using Orleans.Runtime;

namespace Orleans.OneMachine.Directory;

/// <summary>Where this silo last found grains. May be wrong: the silo asked then says so, and the entry goes.</summary>
internal sealed class LocationCache(MembershipAgent agent)
{
    /// <summary>Entries; when full, an arbitrary half is dropped.</summary>
    private const int Capacity = 100_000;

    private readonly ConcurrentDictionary<GrainId, SiloAddress> _entries = new();

    public SiloAddress? Find(GrainId grain)
    {
        if (!_entries.TryGetValue(grain, out var silo))
            return null;
        if (agent.Current.StatusOf(silo) is SiloStatus.Active or SiloStatus.ShuttingDown)
            return silo;
        Forget(grain, silo);
        return null;
    }

    public void Learn(GrainId grain, SiloAddress silo)
    {
        if (_entries.TryGetValue(grain, out var known) && known.Equals(silo))
            return;
        if (_entries.Count >= Capacity)
        {
            foreach (var entry in _entries.Take(Capacity / 2))
                _entries.TryRemove(entry);
        }
        _entries[grain] = silo;
    }

    public void Forget(GrainId grain, SiloAddress silo) => _entries.TryRemove(new(grain, silo));
}
