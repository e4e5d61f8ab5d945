using System.Collections.Frozen;

namespace ExpertCluster.Gating.Routing;

/// <summary>The merge policies by mode and by the name that clients use.</summary>
public static class MergePolicies
{
    private static readonly IMergePolicy[] All = [new RoutePolicy(), new MixPolicy(), new EnsemblePolicy(), new CascadePolicy()];
    private static readonly FrozenDictionary<MergeMode, IMergePolicy> ByMode = All.ToFrozenDictionary(p => p.Mode);
    private static readonly FrozenDictionary<string, IMergePolicy> ByName = All.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>Names that a request may use, in the order of <see cref="MergeMode"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(p => p.Name)];

    /// <summary>The mode of a name; false for one that no policy bears.</summary>
    public static bool TryParse(string name, out MergeMode mode)
    {
        bool found = ByName.TryGetValue(name, out var policy);
        mode = policy?.Mode ?? MergeMode.Unspecified;
        return found;
    }

    internal static IMergePolicy? Find(MergeMode mode) => ByMode.GetValueOrDefault(mode);
}
