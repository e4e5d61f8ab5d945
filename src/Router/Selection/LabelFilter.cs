using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Router.Selection;

/// <summary>Only hosts that have the labels which the plan's experts ask for.</summary>
internal sealed class LabelFilter : IHostFilter
{
    public string Name => "labels";

    public bool IsRequired => true;

    public IReadOnlyList<HostCandidate> Filter(IReadOnlyList<HostCandidate> hosts, HostChoice choice) =>
        choice.Labels is { Count: > 0 } labels
            ? [.. hosts.Where(h => h.Labels is { } has && labels.All(has.Contains))]
            : hosts;
}
