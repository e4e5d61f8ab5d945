namespace ExpertCluster.Gating.Routing;

/// <summary>One expert a token. At token scope the plan names who may be chosen, all of one base, the base itself among them.</summary>
internal sealed class RoutePolicy : IMergePolicy
{
    public string Name => "route";

    public MergeMode Mode => MergeMode.Route;

    public RoutingDecision Plan(MergeContext context)
    {
        bool shared = context.Candidates.All(c => c.Expert.Base == context.Best.Expert.Base);
        if (context is { Pinned: true, Scope: MergeScope.Token } && !shared)
        {
            return RoutingDecision.Fail(RoutingErrorKind.Invalid, "merge.experts", "merge.experts run on different bases; route at token scope needs one base");
        }

        var scope = context.Scope is not MergeScope.Unspecified ? context.Scope
            : shared || !context.Pinned ? MergeScope.Token : MergeScope.Request;
        if (scope is MergeScope.Request || context.Candidates.Count == 1)
        {
            return RoutingDecision.Of(MergeContext.Plan(MergeMode.Route, MergeScope.Request, 1, [context.Candidates[0]], normalise: true));
        }

        var same = context.Candidates.Where(c => c.Expert.Base == context.Best.Expert.Base);
        int experts = 0;
        List<Candidate> chosen = [.. same.Where(c => context.Pinned || c.Expert.IsGeneralist || ++experts <= context.Options.Candidates)];
        return RoutingDecision.Of(MergeContext.Plan(MergeMode.Route, MergeScope.Token, 1, chosen, normalise: context.Pinned));
    }
}
