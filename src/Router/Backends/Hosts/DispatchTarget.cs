using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>A host that has every expert of a plan.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Address">Its gRPC address.</param>
/// <param name="Replicas">One replica on it for each of the plan's experts, in the plan's order.</param>
internal sealed record DispatchTarget(string Host, string Address, IReadOnlyList<ExpertReplica> Replicas)
{
    /// <summary>Every host that has all of a plan's experts, in the order of the first expert's replicas.</summary>
    /// <param name="replicas">The replicas of each of the plan's experts, in the plan's order.</param>
    public static List<DispatchTarget> All(IReadOnlyList<ExpertReplica[]> replicas)
    {
        List<DispatchTarget> targets = [];
        foreach (string host in replicas[0].Select(r => r.Host).Distinct())
        {
            if (On(host, replicas) is { } target)
            {
                targets.Add(target);
            }
        }

        return targets;
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
