using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Router.Selection;

/// <summary>Only hosts that run the plan's base: adapters are read while a request waits, a base takes minutes.</summary>
internal sealed class BaseFilter : IHostFilter
{
    public string Name => "base";

    public bool IsRequired => true;

    public IReadOnlyList<HostCandidate> Filter(IReadOnlyList<HostCandidate> hosts, HostChoice choice) => [.. hosts.Where(h => h.HasBase)];
}
