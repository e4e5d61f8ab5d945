using ExpertCluster.Cli.GateBench.Measuring;

namespace ExpertCluster.Cli.GateBench.Reports;

/// <summary>A column of a table.</summary>
/// <param name="Name">Of the contender.</param>
/// <param name="IsBlind">Whether it looks at no text, and so can't win.</param>
/// <param name="Figures">The same rows for each of a table.</param>
internal sealed record MeasuredContender(string Name, bool IsBlind, IReadOnlyList<Figure> Figures);
