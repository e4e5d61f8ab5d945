using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Cli.GateBench.Measuring;

/// <summary>What the product makes of a gate's scores: the likeliest expert answers, or below the floor the generalist.</summary>
/// <param name="First">The likeliest expert, the generalist not counted.</param>
/// <param name="Second">The one after it; null where there is only one.</param>
/// <param name="Best">The probability of the first.</param>
/// <param name="IsRouted">Whether that reaches the gate's floor.</param>
/// <param name="Likeliest">The likeliest class, the generalist counted.</param>
/// <param name="Confidence">Its probability.</param>
internal readonly record struct Choice(string First, string? Second, double Best, bool IsRouted, string Likeliest, double Confidence)
{
    /// <summary>Who answers; null: the generalist.</summary>
    public string? Expert => IsRouted ? First : null;

    public static Choice Of(GateScores scores)
    {
        ScoredClass[] experts = [.. scores.Ranked.Where(c => c.Name != scores.Generalist).Take(2)];
        var likeliest = scores.Ranked[0];
        return new Choice(
            experts[0].Name,
            experts.Length > 1 ? experts[1].Name : null,
            experts[0].Probability,
            experts[0].Probability >= scores.Floor,
            likeliest.Name,
            likeliest.Probability);
    }
}
