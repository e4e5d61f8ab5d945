using ExpertCluster.Fabric.Grains;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace ExpertCluster.Fabric.Placement;

/// <summary>
/// Decides the host of an expert replica, as an <see cref="IHostRanking"/> chooses it. It runs on whichever silo makes the
/// first call, so every silo registers it, and it reads only this process's snapshot of the hosts' reports.
/// </summary>
public sealed class ExpertPlacementDirector(ClusterViewCache view, HostRankings rankings) : IPlacementDirector
{
    /// <summary>Request context key: names of hosts to avoid, comma-separated.</summary>
    public const string AvoidKey = "expertcluster.avoid";

    /// <summary>Request context key: the base of the expert to be placed.</summary>
    public const string BaseKey = "expertcluster.base";

    /// <summary>Request context key: set where the host that would be chosen has just failed to load the replica; the failed activation sets it as it moves on.</summary>
    public const string AgainKey = "expertcluster.again";

    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var silos = context.GetCompatibleSilos(target);
        Dictionary<string, SiloAddress> byName = new(StringComparer.Ordinal);
        foreach (var silo in silos)
        {
            byName[silo.ToParsableString()] = silo;
        }

        var best = Choose([.. view.Current.Hosts.Where(h => byName.ContainsKey(h.Silo))], target);

        // No report yet from any compatible silo: any of them may take it, by the key so that all callers agree.
        var chosen = best is null
            ? silos.OrderBy(s => s.ToParsableString(), StringComparer.Ordinal).First()
            : byName[best.Silo];
        return Task.FromResult(chosen);
    }

    private HostReport? Choose(HostReport[] hosts, PlacementTarget target)
    {
        string baseName = Read(target, BaseKey);
        HashSet<string> avoid = [.. Read(target, AvoidKey).Split(',')];
        var best = rankings.Chosen.Best(hosts, baseName, avoid);
        if (best is null || Read(target, AgainKey).Length == 0)
        {
            return best;
        }

        // A host that has a replica already, or drains, is no better than the one that failed: that may have been for a moment.
        var other = rankings.Chosen.Best(hosts.Where(h => h != best), baseName, avoid);
        return other is null || other.Draining || avoid.Contains(other.Name) ? best : other;
    }

    private static string Read(PlacementTarget target, string key) =>
        target.RequestContextData is { } data && data.TryGetValue(key, out object? value) && value is string text ? text : "";
}
