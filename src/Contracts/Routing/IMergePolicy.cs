namespace ExpertCluster.Contracts.Routing;

/// <summary>How several experts answer as one: plans a merge. Pure and thread-safe; requests choose by name.</summary>
public interface IMergePolicy : IPolicy
{
    PlanDecision Plan(MergeContext context);
}
