namespace ExpertCluster.Contracts.Selection;

/// <summary>Says how well a host suits a request. Options give scorers their weights. Pure.</summary>
public interface IHostScorer : IPolicy
{
    /// <returns>0 (not at all) to 1.</returns>
    double Score(HostCandidate host, IReadOnlyList<HostCandidate> hosts, HostChoice choice);
}
