using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Router.Dispatch;

/// <summary>Chooses among the hosts that have all of a plan's experts. Pure: what it knows is what it is given.</summary>
internal static class TargetSelector
{
    /// <summary>
    /// Requests that a text's own host may have more than the idlest one: reading a prompt anew costs about as much as
    /// sharing steps with this many others.
    /// </summary>
    public const int Slack = 2;

    /// <param name="replicas">The replicas of each of the plan's experts, in the plan's order.</param>
    /// <param name="isSuspect">Whether a host just failed.</param>
    /// <param name="load">Requests that run on a host, as this router knows.</param>
    /// <param name="affinity">From a host to how much it is the text's own, see <see cref="PromptAffinity"/>.</param>
    /// <returns>
    /// Of the hosts that aren't suspect (of all, where all are) and have little more load than the idlest, the one with the
    /// highest affinity; null when no host has all experts.
    /// </returns>
    public static DispatchTarget? Select(
        IReadOnlyList<ExpertReplica[]> replicas, Func<string, bool> isSuspect, Func<string, int> load, Func<string, ulong> affinity)
    {
        var candidates = replicas[0].Select(r => r.Host).Distinct()
            .Select(host => (Target: On(host, replicas), Suspect: isSuspect(host), Load: load(host)))
            .Where(c => c.Target is not null)
            .ToList();
        if (candidates.Count == 0)
        {
            return null;
        }

        bool suspect = candidates.TrueForAll(c => c.Suspect);
        int idlest = candidates.Where(c => c.Suspect == suspect).Min(c => c.Load);
        return candidates
            .Where(c => c.Suspect == suspect && c.Load <= idlest + Slack)
            .MaxBy(c => affinity(c.Target!.Host)).Target;
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
