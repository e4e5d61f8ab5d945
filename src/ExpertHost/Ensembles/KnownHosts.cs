using System.Collections.Frozen;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.ExpertHost.Ensembles;

/// <summary>Where the cluster's hosts are, as the catalog grain last said; an immutable snapshot behind one volatile reference.</summary>
internal sealed class KnownHosts
{
    private volatile FrozenDictionary<string, string> _addresses = FrozenDictionary<string, string>.Empty;

    public void Update(ClusterView view) => _addresses = view.Hosts.ToFrozenDictionary(h => h.Name, h => h.Address, StringComparer.Ordinal);

    /// <summary>Of its gRPC port; null: no such host is known.</summary>
    public string? AddressOf(string host) => _addresses.GetValueOrDefault(host);
}
