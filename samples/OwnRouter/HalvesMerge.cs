using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Samples.OwnRouter;

/// <summary>The two best experts of one base, half and half in one pass. A request asks for it with merge "halves".</summary>
public sealed class HalvesMerge : IMergePolicy
{
    public string Name => "halves";

    public PlanDecision Plan(MergeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        string baseName = context.Best.Expert.Base;
        List<Candidate> pair = [.. context.Candidates.Where(c => c.Expert.Base == baseName && !c.Expert.IsGeneralist).Take(2).Select(c => c with { Weight = 1 })];
        return PlanDecision.Of(MergeContext.Plan(Name, MergeForm.Mix, MergeScope.Request, 2, pair.Count > 0 ? pair : [context.Best], normalise: true));
    }
}
