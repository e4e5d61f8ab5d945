using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Router.Selection;

/// <summary>Prefers hosts that have the plan's experts in memory: the share of them that it has.</summary>
internal sealed class WarmScorer : IHostScorer
{
    public string Name => "warm";

    public double Score(HostCandidate host, IReadOnlyList<HostCandidate> hosts, HostChoice choice) => host.Warm;
}
