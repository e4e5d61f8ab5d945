using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Simulation.Choosing;

/// <summary>Prefers hosts that the expert is warm on: 1, else 0. Candidates do not say so, hence it is told before each choice.</summary>
internal sealed class WarmthScorer : IHostScorer
{
    public const string PolicyName = "warm";

    public string Name => PolicyName;

    public IReadOnlyList<string> WarmOn { get; set; } = [];

    public double Score(HostCandidate host, IReadOnlyList<HostCandidate> hosts, HostChoice choice)
    {
        for (int i = 0; i < WarmOn.Count; i++)
        {
            // Names are those of the hosts themselves: the same text is the same object.
            if (ReferenceEquals(WarmOn[i], host.Name))
            {
                return 1;
            }
        }

        return 0;
    }
}
