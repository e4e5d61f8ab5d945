using ExpertCluster.V1;

namespace ExpertCluster.Router.Planning;

/// <summary>Merge modes and scopes as people write them, in JSON and in metric labels.</summary>
internal static class MergeNames
{
    public static string Of(MergeMode mode) => mode switch
    {
        MergeMode.Route => "route",
        MergeMode.Mix => "mix",
        MergeMode.Ensemble => "ensemble",
        MergeMode.Cascade => "cascade",
        _ => "unspecified",
    };

    public static string Of(MergeScope scope) => scope switch
    {
        MergeScope.Request => "request",
        MergeScope.Token => "token",
        _ => "unspecified",
    };
}
