namespace ExpertCluster.Gating.Routing;

/// <summary>Plans one merge mode. A new mode is one new class, listed in <see cref="MergePolicies"/>.</summary>
internal interface IMergePolicy
{
    /// <summary>As clients name it.</summary>
    string Name { get; }

    MergeMode Mode { get; }

    RoutingDecision Plan(MergeContext context);
}
