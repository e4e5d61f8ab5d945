using ExpertCluster.Contracts.Failures;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Grpc;

/// <summary>The merges that have a number on the wire. Those that came later, and those of other people, go by name alone.</summary>
internal static class WireMerge
{
    private static readonly (MergeMode Mode, string Name)[] Numbered =
        [(MergeMode.Route, "route"), (MergeMode.Mix, "mix"), (MergeMode.Ensemble, "ensemble"), (MergeMode.Cascade, "cascade")];

    /// <summary>Null for none.</summary>
    /// <exception cref="RequestFailedException">The number is no merge's.</exception>
    public static string? NameOf(MergeMode mode) => mode == MergeMode.Unspecified
        ? null
        : Array.Find(Numbered, n => n.Mode == mode).Name
            ?? throw new RequestFailedException(FailureKind.InvalidArgument, $"merge.mode is {(int)mode}, which is no mode", "merge.mode");

    /// <summary>Unspecified for those that have only a name.</summary>
    public static MergeMode ModeOf(string name) => Array.Find(Numbered, n => n.Name == name).Mode;
}
