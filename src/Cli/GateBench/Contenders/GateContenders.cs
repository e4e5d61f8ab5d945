namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>All contenders, in the order of the tables' columns.</summary>
internal static class GateContenders
{
    public static IReadOnlyList<IGateContender> All { get; } = [new MajorityContender(), new TfIdfContender(), new NgramContender()];
}
