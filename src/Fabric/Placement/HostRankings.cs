using ExpertCluster.Contracts;

namespace ExpertCluster.Fabric.Placement;

/// <summary>The rankings that this process knows, and the one that it places by.</summary>
/// <param name="known">Those that are registered.</param>
/// <param name="name">The one to place by.</param>
/// <exception cref="SetupException">There is none of that name, or two of one.</exception>
public sealed class HostRankings(IEnumerable<IHostRanking> known, string name)
{
    public const string Default = "base-first";

    public IHostRanking Chosen { get; } = new PolicySet<IHostRanking>(known).Require(name, "the placement of experts");
}
