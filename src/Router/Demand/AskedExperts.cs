using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Demand;

/// <summary>A plan of token scope names all that may be chosen; those that have little weight in it are not what was asked for.</summary>
internal static class AskedExperts
{
    private const double Minor = 0.1;

    /// <summary>The first, and those of weight.</summary>
    public static IEnumerable<PlannedExpert> Of(Plan plan) => plan.Experts.Where((e, i) => i == 0 || e.Weight >= Minor);
}
