namespace ExpertCluster.Gating.Routing;

/// <summary>The weighted mean of k experts' next-token probabilities; they may run on different bases.</summary>
internal sealed class EnsemblePolicy : IMergePolicy
{
    public string Name => "ensemble";

    public MergeMode Mode => MergeMode.Ensemble;

    public RoutingDecision Plan(MergeContext context)
    {
        if (context.Scope is MergeScope.Token)
        {
            return RoutingDecision.Fail(
                RoutingErrorKind.Unimplemented, "merge.scope", "merge.scope is token; ensemble works at request scope (route and mix at both)");
        }

        int k = context.K ?? (context.Pinned ? Math.Min(RoutingPolicy.MaxK, context.Candidates.Count) : 2);
        List<Candidate> chosen = [.. context.Major.Take(k)];
        if (chosen.Count == 0)
        {
            chosen = [context.Candidates[0]];
        }

        return RoutingDecision.Of(MergeContext.Plan(MergeMode.Ensemble, MergeScope.Request, k, chosen, normalise: true));
    }
}
