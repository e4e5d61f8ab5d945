using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>The member list and its changes.</summary>
public interface IClusterMembershipService
{
    ClusterMembershipSnapshot CurrentSnapshot { get; }

    /// <summary>The current list and every later one; a slow reader sees the newest and misses those between.</summary>
    IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates { get; }

    ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default);

    Task<bool> TryKill(SiloAddress siloAddress);
}

public sealed class ClusterMembershipSnapshot
{
    public ClusterMembershipSnapshot(ImmutableDictionary<SiloAddress, ClusterMember> members, MembershipVersion version)
    {
        Members = members;
        Version = version;
    }

    public ImmutableDictionary<SiloAddress, ClusterMember> Members { get; }

    public MembershipVersion Version { get; }

    public SiloStatus GetSiloStatus(SiloAddress silo) => Members.TryGetValue(silo, out var member) ? member.Status : SiloStatus.None;
}

public sealed class ClusterMember : IEquatable<ClusterMember>
{
    public ClusterMember(SiloAddress siloAddress, SiloStatus status, string name)
    {
        SiloAddress = siloAddress;
        Status = status;
        Name = name;
    }

    public SiloAddress SiloAddress { get; }

    public SiloStatus Status { get; }

    public string Name { get; }

    public bool Equals(ClusterMember? other) =>
        other is not null && SiloAddress.Equals(other.SiloAddress) && Status == other.Status && Name == other.Name;

    public override bool Equals(object? obj) => Equals(obj as ClusterMember);

    public override int GetHashCode() => SiloAddress.GetHashCode();

    public override string ToString() => $"{SiloAddress}/{Name}/{Status}";
}
