using ExpertCluster.Cluster.Grains;

namespace ExpertCluster.Router.Dispatch;

/// <summary>Chooses among the hosts that have all of a plan's experts. Pure: what it knows is what it is given.</summary>
internal static class TargetSelector
{
    /// <param name="replicas">The replicas of each of the plan's experts, in the plan's order.</param>
    /// <param name="isSuspect">Whether a host just failed.</param>
    /// <param name="load">Requests that run on a host, as this router knows.</param>
    /// <param name="turn">Any number that grows from call to call: hosts that are equal take turns.</param>
    /// <returns>
    /// The least loaded host that isn't suspect, else the least loaded suspect one; null when no host has all experts.
    /// </returns>
    public static DispatchTarget? Select(IReadOnlyList<ExpertReplica[]> replicas, Func<string, bool> isSuspect, Func<string, int> load, int turn)
    {
        DispatchTarget? best = null;
        (bool Suspect, int Load) bestRank = default;
        for (int i = 0; i < replicas[0].Length; i++)
        {
            var candidate = replicas[0][(int)(((uint)turn + (uint)i) % (uint)replicas[0].Length)];
            var target = On(candidate.Host, replicas);
            if (target is null)
            {
                continue;
            }

            var rank = (isSuspect(target.Host), load(target.Host));
            if (best is null || rank.CompareTo(bestRank) < 0)
            {
                (best, bestRank) = (target, rank);
            }
        }

        return best;
    }

    private static DispatchTarget? On(string host, IReadOnlyList<ExpertReplica[]> replicas)
    {
        var chosen = new ExpertReplica[replicas.Count];
        for (int i = 0; i < chosen.Length; i++)
        {
            // Newest epoch first: of two activations on one host, the older is the stale one.
            var here = replicas[i].Where(r => r.Host == host).MaxBy(r => r.Epoch);
            if (here is null)
            {
                return null;
            }

            chosen[i] = here;
        }

        return new DispatchTarget(host, chosen[0].Address, chosen);
    }
}
