using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Router.Selection;

/// <summary>Only hosts that take new requests, and have not just refused one of the plan's experts.</summary>
internal sealed class OpenFilter : IHostFilter
{
    public string Name => "open";

    public bool IsRequired => true;

    public IReadOnlyList<HostCandidate> Filter(IReadOnlyList<HostCandidate> hosts, HostChoice choice) =>
        [.. hosts.Where(h => !h.Draining && !h.Refused)];
}
