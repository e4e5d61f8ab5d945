using ExpertCluster.Contracts.Completions;
namespace ExpertCluster.Contracts.Routing;

/// <summary>An expert of a plan, by its content: whoever carries the plan out runs this revision or refuses.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Weight">What it has in the plan.</param>
/// <param name="Revision">Of its content, <see cref="RoutableExpert.Revision"/>.</param>
public readonly record struct PlannedExpert(string Name, double Weight, string Revision = "")
{
    /// <summary>The base that it runs on, one of <see cref="Plan.OtherBases"/>; empty: the plan's own.</summary>
    public string Base { get; init; } = "";

    /// <summary><see cref="RoutableExpert.Cost"/>.</summary>
    public double Cost { get; init; } = RoutableExpert.UsualCost;

    /// <summary>As what the revision stood under the name when the plan was made.</summary>
    public ExpertVersion Version { get; init; }
}
