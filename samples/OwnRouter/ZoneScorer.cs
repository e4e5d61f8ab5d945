using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Samples.OwnRouter;

/// <summary>
/// Prefers hosts whose name begins with this router's zone, as in "eu-west-host-3" for the zone "eu-west". In use where
/// ExpertCluster:Policies:HostScorers gives "zone" a weight; the zone is the environment variable ZONE.
/// </summary>
public sealed class ZoneScorer : IHostScorer
{
    private readonly string _prefix = (Environment.GetEnvironmentVariable("ZONE") ?? "") + "-";

    public string Name => "zone";

    public double Score(HostCandidate host, IReadOnlyList<HostCandidate> hosts, HostChoice choice) =>
        host.Name.StartsWith(_prefix, StringComparison.Ordinal) ? 1 : 0;
}
