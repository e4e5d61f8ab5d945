using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Merging;

/// <summary>Plans over whole answers, of one expert each.</summary>
internal static class PartialPlans
{
    /// <param name="merge">The policy's name.</param>
    /// <param name="chosen">Who has a part, the first of them first; one each.</param>
    /// <param name="parts">What is done.</param>
    public static Plan Of(string merge, IReadOnlyList<Candidate> chosen, IReadOnlyList<Plan> parts) =>
        MergeContext.Plan(merge, MergeForm.Route, MergeScope.Request, chosen.Count, chosen, normalise: true) with { OtherBases = [], Remote = null, Parts = parts };

    public static Plan Part(Candidate candidate) => MergeContext.Plan(RoutePolicy.Route, MergeForm.Route, MergeScope.Request, 1, [candidate], normalise: true);

    /// <summary>The likeliest one alone, and why.</summary>
    public static PlanDecision Alone(MergeContext context, string why) =>
        PlanDecision.Of(Part(context.Candidates[0]) with { Notes = [new PlanNote(PlanNoteKinds.Merge, "", $"{why}; {context.Candidates[0].Expert.Name} answers alone")] });

    /// <summary>A part as whoever carries it out needs it: with what planning found for the whole.</summary>
    public static Plan Ready(Plan whole, Plan part) => part with { Seed = whole.Seed, RequestId = whole.RequestId, GateRevision = whole.GateRevision };
}
