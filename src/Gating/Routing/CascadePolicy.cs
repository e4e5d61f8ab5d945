namespace ExpertCluster.Gating.Routing;

/// <summary>Known by name and refused by name: nothing serves it yet.</summary>
internal sealed class CascadePolicy : IMergePolicy
{
    public string Name => "cascade";

    public MergeMode Mode => MergeMode.Cascade;

    public RoutingDecision Plan(MergeContext context) =>
        RoutingDecision.Fail(RoutingErrorKind.Unimplemented, "merge.mode", "merge.mode is cascade; route, mix and ensemble are offered");
}
