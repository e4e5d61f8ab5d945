namespace ExpertCluster.Contracts.Selection;

/// <summary>Takes one of the hosts that filters left, by their weighted scores.</summary>
public interface IHostPicker : IPolicy
{
    /// <param name="hosts">At least one, each with the weighted sum of its scores.</param>
    /// <returns>The index of the one that is taken.</returns>
    int Pick(IReadOnlyList<(HostCandidate Host, double Score)> hosts);
}
