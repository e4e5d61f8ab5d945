using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Merging;

/// <summary>The weighted mean of k experts' next-token probabilities; they may run on different bases.</summary>
internal sealed class EnsemblePolicy : IMergePolicy
{
    public const string Ensemble = "ensemble";

    public string Name => Ensemble;

    public PlanDecision Plan(MergeContext context)
    {
        if (context.Scope is MergeScope.Token)
        {
            return PlanDecision.Fail(
                FailureKind.Unimplemented, "merge.scope", "merge.scope is token; ensemble works at request scope (route and mix at both)");
        }

        int k = context.MergedCount;
        List<Candidate> chosen = [.. context.Major.Take(k)];
        if (chosen.Count == 0)
        {
            chosen = [context.Candidates[0]];
        }

        return PlanDecision.Of(MergeContext.Plan(Ensemble, MergeForm.Ensemble, MergeScope.Request, k, chosen, normalise: true));
    }
}
