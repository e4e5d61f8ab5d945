using System.Collections.Immutable;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

/// <summary>The member list itself; it lives on the primary. Votes expire on the monotonic clock.</summary>
internal sealed class MembershipTable(SiloAddress primary, ClusterMembershipOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SiloAddress, Dictionary<SiloAddress, long>> _votes = [];
    private ImmutableArray<Member> _members = [];
    private long _version;

    public ClusterView View
    {
        get
        {
            lock (_gate)
                return Snapshot();
        }
    }

    /// <summary>Adds an active member. Earlier runs on the same port are dead from then on.</summary>
    public ClusterView Join(Member joining)
    {
        lock (_gate)
        {
            if (_members.Any(member => member.Silo.Equals(joining.Silo) || member.Silo.IsSuccessorOf(joining.Silo)))
                throw new OrleansMessageRejectionException($"{joining.Silo} can not join: this or a later run on its port is or was a member.");
            foreach (var earlier in _members.Where(member => member.Silo.IsPredecessorOf(joining.Silo)).ToArray())
                Replace(earlier with { Status = SiloStatus.Dead });
            _members = _members.Add(joining with { Status = SiloStatus.Active });
            return Changed();
        }
    }

    public ClusterView SetStatus(SiloAddress silo, SiloStatus status)
    {
        lock (_gate)
        {
            var member = Find(silo);
            if (member is null || member.Status >= status)
                return Snapshot();
            Replace(member with { Status = status });
            return Changed();
        }
    }

    /// <summary>Counts a vote; enough of them declare the silo dead.</summary>
    public ClusterView Suspect(SiloAddress voter, SiloAddress suspect)
    {
        lock (_gate)
        {
            // A primary that reads a vote against itself is alive.
            if (suspect.Equals(primary))
                return Snapshot();
            if (Find(suspect) is not { Status: not SiloStatus.Dead } member || Find(voter) is not { Status: not SiloStatus.Dead })
                return Snapshot();
            if (!_votes.TryGetValue(suspect, out var votes))
                _votes[suspect] = votes = [];
            votes[voter] = time.GetTimestamp();
            var fresh = votes.Count(vote => time.GetElapsedTime(vote.Value) < options.DeathVoteExpirationTimeout && Find(vote.Key) is { Status: SiloStatus.Active });
            var others = _members.Count(other => other.Status == SiloStatus.Active && !other.Silo.Equals(suspect));
            if (fresh < Math.Min(options.NumVotesForDeathDeclaration, (others / 2) + 1))
                return Snapshot();
            Replace(member with { Status = SiloStatus.Dead });
            return Changed();
        }
    }

    private Member? Find(SiloAddress silo) => _members.FirstOrDefault(member => member.Silo.Equals(silo));

    private void Replace(Member changed)
    {
        _members = [.. _members.Select(member => member.Silo.Equals(changed.Silo) ? changed : member)];
        if (changed.Status == SiloStatus.Dead)
            _votes.Remove(changed.Silo);
    }

    private ClusterView Changed()
    {
        _version++;
        var dead = _members.Where(static member => member.Status == SiloStatus.Dead).ToArray();
        if (options.MaxDefunctSiloEntries is { } most && dead.Length > most)
            _members = _members.RemoveRange(dead.Take(dead.Length - most));
        return Snapshot();
    }

    private ClusterView Snapshot() => new() { Version = _version, Primary = primary, Members = _members };
}
