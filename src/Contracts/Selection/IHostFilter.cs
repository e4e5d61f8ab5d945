namespace ExpertCluster.Contracts.Selection;

/// <summary>Leaves hosts out of a choice. Filters run in the order that options give; one that would leave nobody is passed over. Pure.</summary>
public interface IHostFilter : IPolicy
{
    /// <param name="hosts">At least one.</param>
    /// <param name="choice">What for.</param>
    /// <returns>Some of them.</returns>
    IReadOnlyList<HostCandidate> Filter(IReadOnlyList<HostCandidate> hosts, HostChoice choice);
}
