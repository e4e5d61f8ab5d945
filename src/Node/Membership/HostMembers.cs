using ExpertCluster.Node.Options;
using Orleans.Runtime;

namespace ExpertCluster.Node.Membership;

/// <summary>
/// The hosts that the membership counts among the living. It knows of one that has joined before any report tells of it, and
/// for some seconds still of one that has died.
/// </summary>
public interface IHostMembers
{
    /// <summary>Their names, as in <see cref="NodeOptions.Name"/>.</summary>
    IEnumerable<string> Names { get; }
}

/// <summary>Reads them off the silos' names.</summary>
public sealed class HostMembers(IClusterMembershipService membership) : IHostMembers
{
    private const string Prefix = "host/";
    private const string RouterPrefix = "router/";

    public IEnumerable<string> Names => membership.CurrentSnapshot.Members.Values
        .Where(member => member.Status == SiloStatus.Active && IsHost(member.Name))
        .Select(member => member.Name[Prefix.Length..]);

    internal static bool IsHost(string siloName) => siloName.StartsWith(Prefix, StringComparison.Ordinal);

    internal static bool IsRouter(string siloName) => siloName.StartsWith(RouterPrefix, StringComparison.Ordinal);

    /// <summary>Of the node whose silo it is.</summary>
    public static string NameOf(string siloName)
    {
        ArgumentNullException.ThrowIfNull(siloName);
        return siloName[(siloName.IndexOf('/', StringComparison.Ordinal) + 1)..];
    }

    /// <summary>A silo's name, which tells a host from a router.</summary>
    public static string SiloNameOf(NodeRole role, string name) => role == NodeRole.Host ? Prefix + name : RouterPrefix + name;
}
