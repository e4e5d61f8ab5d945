using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Merging;

/// <summary>Known by name and refused by name: nothing serves it yet.</summary>
internal sealed class CascadePolicy : IMergePolicy
{
    public string Name => "cascade";

    public PlanDecision Plan(MergeContext context) =>
        PlanDecision.Fail(FailureKind.Unimplemented, "merge.mode", "merge.mode is cascade; route, mix and ensemble are offered");
}
