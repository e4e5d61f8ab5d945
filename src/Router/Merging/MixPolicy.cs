using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Merging;

/// <summary>The weighted mean of up to k adapters of one base. Offered, never a default: it answers compounds worse than route.</summary>
internal sealed class MixPolicy : IMergePolicy
{
    private static readonly PlanNote Bases = new(
        PlanNoteKinds.Merge, "", "the experts run on different bases, whose weights can't be mixed; what they give for each token is");

    private readonly EnsemblePolicy _ensemble = new();

    public string Name => "mix";

    public PlanDecision Plan(MergeContext context)
    {
        string baseName = context.Best.Expert.Base;
        if (context.Pinned && context.Candidates.Any(c => c.Expert.Base != baseName))
        {
            var instead = _ensemble.Plan(context with { Scope = MergeScope.Request });
            return instead.IsPlanned ? PlanDecision.Of(instead.Plan with { Notes = [Bases, .. instead.Plan.Notes] }) : instead;
        }

        int k = context.MergedCount;
        if (context.Scope is MergeScope.Token)
        {
            List<Candidate> all = [.. context.Candidates.Where(c => c.Expert.Base == baseName).Take(Math.Max(context.CandidateLimit, k) + 1)];
            return PlanDecision.Of(MergeContext.Plan(Name, MergeForm.Mix, MergeScope.Token, k, all, normalise: context.Pinned));
        }

        List<Candidate> chosen = [.. context.Candidates.Where(c => c.Expert.Base == baseName && (context.Pinned || !c.Expert.IsGeneralist)).Take(k)];
        if (chosen.Count == 0)
        {
            chosen = [context.Candidates[0]];
        }

        return PlanDecision.Of(MergeContext.Plan(Name, MergeForm.Mix, MergeScope.Request, k, chosen, normalise: true));
    }
}
