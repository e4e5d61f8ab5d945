using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Simulation.Clusters;

/// <summary>The hosts of a base that a router may choose among, as it knows them.</summary>
internal sealed class BaseMembers
{
    private readonly Dictionary<string, SimulatedHost> _byName = new(StringComparer.Ordinal);
    private HostCandidate[] _candidates = [];

    public List<SimulatedHost> Hosts { get; } = [];

    /// <summary>In the order of <see cref="Hosts"/>.</summary>
    public IReadOnlyList<HostCandidate> Candidates => _candidates;

    public SimulatedHost HostOf(string name) => _byName[name];

    public void Add(SimulatedHost host)
    {
        host.Position = Hosts.Count;
        Hosts.Add(host);
        _byName.Add(host.Name, host);
        Renew();
    }

    public void Remove(SimulatedHost host)
    {
        Hosts.RemoveAt(host.Position);
        _byName.Remove(host.Name);
        host.Position = -1;
        for (int i = 0; i < Hosts.Count; i++)
        {
            Hosts[i].Position = i;
        }

        Renew();
    }

    /// <summary>Tells what a host's load has become.</summary>
    public void Update(SimulatedHost host) => _candidates[host.Position] = CandidateOf(host);

    private void Renew() => _candidates = [.. Hosts.Select(CandidateOf)];

    private static HostCandidate CandidateOf(SimulatedHost host) => new(host.Name, host.Load, Answers: true);
}
