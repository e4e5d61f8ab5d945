using ExpertCluster.Contracts.Routing;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Router.Selection;

/// <summary>What a host is wanted for: experts of one base.</summary>
/// <param name="BaseRevision">Of the base's content.</param>
/// <param name="Experts">By their content; at least one.</param>
/// <param name="Choice">As the policies see it.</param>
internal sealed record HostWish(string BaseRevision, IReadOnlyList<PlannedExpert> Experts, HostChoice Choice)
{
    /// <summary>The experts, as hosts report what they have in memory.</summary>
    public IReadOnlyList<ulong> RevisionIds { get; } = [.. Experts.Select(e => RevisionId.Of(e.Revision))];

    public static HostWish Of(string baseRevision, IReadOnlyList<PlannedExpert> experts, ulong promptKey, IReadOnlyList<string> labels) =>
        new(baseRevision, experts, new HostChoice([.. experts.Select(e => e.Name)], promptKey) { Labels = labels });
}
