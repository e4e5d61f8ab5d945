using System.Diagnostics;

namespace ExpertCluster.Contracts.Completions;

/// <summary>Versions as people write them: in requests, plans, catalogues and metric labels.</summary>
public static class ExpertVersions
{
    public const string Stable = "stable";
    public const string Canary = "canary";
    public const string Shadow = "shadow";

    public static string NameOf(ExpertVersion version) => version switch
    {
        ExpertVersion.Stable => Stable,
        ExpertVersion.Canary => Canary,
        ExpertVersion.Shadow => Shadow,
        _ => throw new UnreachableException($"{version} has no name"),
    };
}
