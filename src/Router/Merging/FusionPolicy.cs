using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Merging;

/// <summary>
/// One expert a token, to whose logits the generalist's are added, times a weight: FusionRoute's rule (arXiv 2601.05106), with the base alone in the place of a model that was
/// trained to give what is added.
/// </summary>
internal sealed class FusionPolicy : IMergePolicy
{
    public const string Fusion = "fusion";

    /// <summary>Where nobody says another one.</summary>
    private const double UsualWeight = 0.25;

    private readonly RoutePolicy _route = new();

    public string Name => Fusion;

    public PlanDecision Plan(MergeContext context)
    {
        var routed = _route.Plan(context);
        return routed.Plan is { } plan ? PlanDecision.Of(plan with { Merge = Fusion, GeneralistWeight = context.GeneralistWeight ?? UsualWeight }) : routed;
    }
}
