namespace ExpertCluster.Gating.Routing;

/// <summary>The weighted mean of up to k adapters of one base. Offered, never a default: routing.md has its figures.</summary>
internal sealed class MixPolicy : IMergePolicy
{
    public string Name => "mix";

    public MergeMode Mode => MergeMode.Mix;

    public RoutingDecision Plan(MergeContext context)
    {
        string @base = context.Best.Expert.Base;
        if (context.Pinned && context.Candidates.Any(c => c.Expert.Base != @base))
        {
            return RoutingDecision.Fail(RoutingErrorKind.Invalid, "merge.experts", "merge.experts run on different bases; mix needs one base");
        }

        int k = context.K ?? (context.Pinned ? Math.Min(RoutingPolicy.MaxK, context.Candidates.Count) : 2);
        if (context.Scope is MergeScope.Token)
        {
            List<Candidate> all = [.. context.Candidates.Where(c => c.Expert.Base == @base).Take(context.Options.Candidates + 1)];
            return RoutingDecision.Of(MergeContext.Plan(MergeMode.Mix, MergeScope.Token, k, all, normalise: context.Pinned));
        }

        List<Candidate> chosen = [.. context.Candidates.Where(c => c.Expert.Base == @base && (context.Pinned || !c.Expert.IsGeneralist)).Take(k)];
        if (chosen.Count == 0)
        {
            chosen = [context.Candidates[0]];
        }

        return RoutingDecision.Of(MergeContext.Plan(MergeMode.Mix, MergeScope.Request, k, chosen, normalise: true));
    }
}
