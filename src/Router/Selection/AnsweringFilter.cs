using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Router.Selection;

/// <summary>Leaves out hosts that don't answer, or that just failed a call.</summary>
internal sealed class AnsweringFilter : IHostFilter
{
    public string Name => "answering";

    public IReadOnlyList<HostCandidate> Filter(IReadOnlyList<HostCandidate> hosts, HostChoice choice) => [.. hosts.Where(h => h.Answers)];
}
