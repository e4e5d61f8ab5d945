using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Merging;

/// <summary>
/// The weighted mean of k experts' next-token probabilities. They may run on different bases and hosts, in lock step, where their tokenizers are equal; those of
/// another one than the likeliest's are left out, and the plan says so. At token scope the token gate weighs them anew for every token, which it can where they are of one base.
/// </summary>
internal sealed class EnsemblePolicy : IMergePolicy
{
    public const string Ensemble = "ensemble";

    private static readonly PlanNote Fixed = new(
        PlanNoteKinds.Merge, "", "no gate weighs experts of several bases token by token; their weights are those of the whole request");

    public string Name => Ensemble;

    public PlanDecision Plan(MergeContext context)
    {
        int k = context.MergedCount;
        List<Candidate> chosen = [.. context.Major.Take(k)];
        if (chosen.Count == 0)
        {
            chosen = [context.Candidates[0]];
        }

        List<Candidate> together = [.. chosen.Where(c => MergeContext.ShareVocabulary(c.Expert, chosen[0].Expert))];
        PlanNote[] notes = [.. chosen.Except(together).Select(c => Foreign(c.Expert, chosen[0].Expert))];
        if (context.Scope is MergeScope.Token)
        {
            string lead = together[0].Expert.Base;
            bool spans = together.Any(c => c.Expert.Base != lead);

            // What is unlikely for the request may be likely for a token.
            List<Candidate> weighed = [.. context.Candidates.Where(c => c.Expert.Base == lead).Take(k)];
            if (!spans && weighed.Count > 1 && lead == context.Best.Expert.Base)
            {
                return PlanDecision.Of(MergeContext.Plan(Ensemble, MergeForm.Ensemble, MergeScope.Token, k, weighed, normalise: context.Pinned) with { Notes = notes });
            }

            notes = spans ? [Fixed, .. notes] : notes;
        }

        var plan = together.Count == 1 && chosen.Count > 1
            ? MergeContext.Plan(RoutePolicy.Route, MergeForm.Route, MergeScope.Request, 1, together, normalise: true)
            : MergeContext.Plan(Ensemble, MergeForm.Ensemble, MergeScope.Request, k, together, normalise: true);
        return PlanDecision.Of(plan with { Notes = notes });
    }

    /// <summary>Why an expert has no part in what another one leads.</summary>
    public static PlanNote Foreign(RoutableExpert expert, RoutableExpert first)
    {
        string why = expert.Remote is not null ? $"{expert.Name} is a remote model, whose tokens nobody here can merge"
            : first.Remote is not null ? $"{first.Name} is a remote model, with whose tokens none of {expert.Name} can be merged"
            : $"{expert.Name} has another tokenizer than {first.Name}, so their tokens can't be merged";
        return new(PlanNoteKinds.Merge, expert.Name, $"{why}; {first.Name} is likelier");
    }
}
