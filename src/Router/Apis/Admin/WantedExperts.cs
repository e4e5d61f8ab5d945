using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>Experts that the API asked for and the catalogue doesn't have: not prepared yet, or not to be prepared.</summary>
internal static class WantedExperts
{
    /// <summary>By name.</summary>
    /// <param name="desired">What was asked for.</param>
    /// <param name="snapshot">What is served.</param>
    /// <param name="after">Only names behind this one.</param>
    public static IEnumerable<ExpertStatus> Of(DesiredState desired, CatalogueSnapshot snapshot, string after)
    {
        var failures = snapshot.Failures.DistinctBy(f => f.Name).ToDictionary(f => f.Name, f => f.Reason, StringComparer.Ordinal);
        foreach (var (name, spec) in desired.Experts)
        {
            if (string.CompareOrdinal(name, after) > 0 && !snapshot.HasExpert(name))
            {
                yield return StatusOf(spec, failures.GetValueOrDefault(name));
            }
        }
    }

    /// <summary>Two lists by name as one.</summary>
    public static IEnumerable<ExpertStatus> Merge(IEnumerable<ExpertStatus> served, IEnumerable<ExpertStatus> wanted)
    {
        using var others = wanted.GetEnumerator();
        bool isMore = others.MoveNext();
        foreach (var expert in served)
        {
            for (; isMore && string.CompareOrdinal(others.Current.Name, expert.Name) < 0; isMore = others.MoveNext())
            {
                yield return others.Current;
            }

            yield return expert;
        }

        for (; isMore; isMore = others.MoveNext())
        {
            yield return others.Current;
        }
    }

    private static ExpertStatus StatusOf(Catalogue.Desired.ExpertSpec spec, string? failure) => new()
    {
        Name = spec.Name,
        Base = spec.Base,
        Description = spec.Description,
        Pinned = spec.Pinned,
        Labels = { spec.Labels },
        MinReplicas = spec.Replicas,
        MaxReplicas = spec.MaxReplicas,
        Hosts = { spec.Hosts },
        State = failure is null ? ExpertState.Pending : ExpertState.Failed,
        Reason = failure ?? "",
        Origin = ExpertOrigin.Api,
    };
}
