using ExpertCluster.Gating.Routing;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Planning;

/// <summary>A plan as clients see it.</summary>
internal static class PlanMessage
{
    /// <summary>What a plan that another host goes on with gives as its reason.</summary>
    private const string Resumed = "resumed";

    public static Plan Of(RoutingPlan plan, string host, ulong seed, bool resumed)
    {
        var message = new Plan
        {
            Base = plan.Base,
            Mode = (V1.MergeMode)plan.Mode,
            Scope = (V1.MergeScope)plan.Scope,
            K = plan.K,
            Reason = resumed ? Resumed : plan.Reason,
            Host = host,
            Seed = seed,
        };
        message.Experts.AddRange(plan.Experts.Select(e => new WeightedExpert { Name = e.Name, Weight = e.Weight }));
        if (plan.Scores is { } scores)
        {
            message.Scores.AddRange(scores.Ranked.Select(s => new WeightedExpert { Name = s.Name, Weight = s.Probability }));
        }

        return message;
    }
}
