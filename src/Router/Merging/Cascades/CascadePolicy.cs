using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Merging.Cascades;

/// <summary>
/// The cheapest first: its answer is a draft, which is kept unless it is doubted; then the next dearer one answers. Of experts of one cost the likeliest has a part. Remote
/// experts that the gate doesn't know may be asked in the end.
/// </summary>
internal sealed class CascadePolicy : IMergePolicy
{
    public const string Cascade = "cascade";

    private const int UsualStages = 2;

    public string Name => Cascade;

    public PlanDecision Plan(MergeContext context)
    {
        if (context.HasTools)
        {
            return PartialPlans.Alone(context, "calls of tools are no draft that could be doubted");
        }

        if (context.HasEcho)
        {
            return PartialPlans.Alone(context, "a prompt is scored by one expert");
        }

        var may = context.Pinned
            ? context.Candidates
            : context.Candidates.Where(c => c.Weight >= context.Minor || c.Expert.IsGeneralist).Concat(context.Reserves.Select(e => new Candidate(e, 0)));
        Candidate[] stages = [.. may.GroupBy(c => c.Expert.Cost).OrderBy(g => g.Key).Select(g => g.MaxBy(c => c.Weight)).Take(context.K ?? (context.Pinned ? context.MergedCount : UsualStages))];
        if (stages.Length < 2)
        {
            return PartialPlans.Alone(context, "the experts cost the same, so that none is asked before the other");
        }

        return PlanDecision.Of(PartialPlans.Of(Cascade, stages, [.. stages.Select(PartialPlans.Part)]));
    }
}
