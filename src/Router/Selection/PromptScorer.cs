using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Router.Selection;

/// <summary>Prefers the host that a text is at home on: it has read texts that begin alike, see <see cref="PromptAffinity"/>.</summary>
internal sealed class PromptScorer : IHostScorer
{
    private const double WholeRange = 1 / 18446744073709551616.0;

    public string Name => "prompt";

    public double Score(HostCandidate host, IReadOnlyList<HostCandidate> hosts, HostChoice choice) =>
        PromptAffinity.Weight(choice.PromptKey, host.Name) * WholeRange;
}
