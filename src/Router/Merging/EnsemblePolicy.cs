using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Merging;

/// <summary>
/// The weighted mean of k experts' next-token probabilities. They may run on different bases and hosts, in lock step, where their tokenizers are equal; those of
/// another one than the likeliest's are left out, and the plan says so.
/// </summary>
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

        List<Candidate> together = [.. chosen.Where(c => MergeContext.ShareVocabulary(c.Expert, chosen[0].Expert))];
        var plan = together.Count == 1 && chosen.Count > 1
            ? MergeContext.Plan(RoutePolicy.Route, MergeForm.Route, MergeScope.Request, 1, together, normalise: true)
            : MergeContext.Plan(Ensemble, MergeForm.Ensemble, MergeScope.Request, k, together, normalise: true);
        return PlanDecision.Of(plan with { Notes = [.. chosen.Except(together).Select(c => Foreign(c.Expert, chosen[0].Expert))] });
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
