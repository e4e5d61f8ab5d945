using ExpertCluster.Contracts.Selection;
using ExpertCluster.Node.Peers;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Selection;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>Chooses among the hosts that are known, by what this router knows of each.</summary>
internal sealed class HostChooser(
    HostDirectory hosts, HostSuspicions suspicions, HostRefusals refusals, HostLiveness liveness, HostChannels channels, HostSelector selector)
{
    /// <returns>Null: no host that is known can take it now.</returns>
    public KnownHost? Choose(HostWish wish) => Choose(wish, hosts.Hosts);

    /// <summary>Several, the best first, of those that answer.</summary>
    public List<KnownHost> Choose(HostWish wish, int most)
    {
        List<KnownHost> left = [.. hosts.Hosts.Where(Answers)];
        List<KnownHost> chosen = [];
        while (chosen.Count < most && Choose(wish, left) is { } next)
        {
            chosen.Add(next);
            left.Remove(next);
        }

        return chosen;
    }

    private KnownHost? Choose(HostWish wish, IReadOnlyList<KnownHost> known)
    {
        var candidates = new HostCandidate[known.Count];
        for (int i = 0; i < candidates.Length; i++)
        {
            candidates[i] = CandidateOf(known[i], wish);
        }

        return selector.Choose(candidates, wish.Choice) is { } chosen ? known.First(h => h.Name == chosen.Name) : null;
    }

    private HostCandidate CandidateOf(KnownHost host, HostWish wish) =>
        new(host.Name, channels.LoadOf(host.Name), Answers(host))
        {
            HasBase = host.HasBase(wish.BaseRevision),
            Draining = host.Draining,
            Refused = wish.Experts.Any(e => refusals.Has(host.Name, e.Revision)),
            Warm = (double)wish.RevisionIds.Count(host.IsWarm) / wish.RevisionIds.Count,
            Labels = host.Labels,
        };

    private bool Answers(KnownHost host) => liveness.IsAlive(host.Name) && !suspicions.IsSuspect(host.Name);
}
