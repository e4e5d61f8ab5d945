using System.Runtime.InteropServices;

namespace ExpertCluster.Simulation.Clusters;

/// <summary>Where experts are kept warm, by what rounds decided and hosts have done.</summary>
internal sealed class WarmReplicas(int experts)
{
    private readonly List<Replica>?[] _replicas = new List<Replica>?[experts];
    private readonly List<string>?[] _ready = new List<string>?[experts];

    public int Count { get; private set; }

    /// <summary>Names of the hosts that have it ready.</summary>
    public IReadOnlyList<string> HostsOf(int expert) => _ready[expert] is { } ready ? ready : [];

    public ReadOnlySpan<Replica> Of(int expert) => CollectionsMarshal.AsSpan(_replicas[expert]);

    public void Add(int expert, SimulatedHost host, TimeSpan now)
    {
        (_replicas[expert] ??= []).Add(new Replica(host, now, IsReady: false));
        Count++;
    }

    public void Ready(int expert, SimulatedHost host)
    {
        int index = _replicas[expert]?.FindIndex(r => r.Host == host) ?? -1;
        if (index >= 0 && !_replicas[expert]![index].IsReady)
        {
            _replicas[expert]![index] = _replicas[expert]![index] with { IsReady = true };
            (_ready[expert] ??= []).Add(host.Name);
        }
    }

    public bool Remove(int expert, SimulatedHost host)
    {
        int removed = _replicas[expert]?.RemoveAll(r => r.Host == host) ?? 0;
        Count -= removed;
        _ready[expert]?.Remove(host.Name);
        return removed > 0;
    }

    public void RemoveAll(SimulatedHost host)
    {
        for (int i = 0; i < _replicas.Length; i++)
        {
            Remove(i, host);
        }
    }

    public readonly record struct Replica(SimulatedHost Host, TimeSpan Since, bool IsReady);
}
