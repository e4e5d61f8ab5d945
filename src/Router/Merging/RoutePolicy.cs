using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Merging;

/// <summary>One expert a token. At token scope the plan names who may be chosen, all of one base, the base itself among them.</summary>
internal sealed class RoutePolicy : IMergePolicy
{
    public const string Route = "route";

    public string Name => Route;

    public PlanDecision Plan(MergeContext context)
    {
        PlanNote[] notes = [];
        bool shared = context.Candidates.All(c => c.Expert.Base == context.Best.Expert.Base);
        if (context is { Pinned: true, Scope: MergeScope.Token } && !shared)
        {
            context = context with { Scope = MergeScope.Request };
            notes = [new PlanNote(PlanNoteKinds.Merge, "", "the experts run on different bases, between which no token can change; the first answers alone")];
        }

        var scope = context.Scope is not MergeScope.Unspecified ? context.Scope
            : shared || !context.Pinned ? MergeScope.Token : MergeScope.Request;
        if (scope is MergeScope.Request || context.Candidates.Count == 1)
        {
            return PlanDecision.Of(MergeContext.Plan(Route, MergeForm.Route, MergeScope.Request, 1, [context.Candidates[0]], normalise: true) with { Notes = notes });
        }

        var same = context.Candidates.Where(c => c.Expert.Base == context.Best.Expert.Base);
        int experts = 0;
        List<Candidate> chosen = [.. same.Where(c => context.Pinned || c.Expert.IsGeneralist || ++experts <= context.CandidateLimit)];
        return PlanDecision.Of(MergeContext.Plan(Route, MergeForm.Route, MergeScope.Token, 1, chosen, normalise: context.Pinned) with { Hysteresis = context.Hysteresis });
    }
}
