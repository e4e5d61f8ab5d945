using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>What holds for experts at the moment of a plan, beside the catalogue and the gate.</summary>
/// <param name="ProblemOf">Why an expert may not answer this request, or can't; null: it may.</param>
/// <param name="IsBusy">Whether a request for an expert would wait on every host that can take it.</param>
internal sealed record PlanBounds(Func<RoutableExpert, ExpertProblem?> ProblemOf, Func<RoutableExpert, bool> IsBusy)
{
    /// <summary>Everybody may, and nobody is busy.</summary>
    public static readonly PlanBounds Open = new(static _ => null, static _ => false);
}
