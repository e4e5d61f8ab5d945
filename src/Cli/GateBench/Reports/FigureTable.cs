using System.Globalization;
using System.Text;
using ExpertCluster.Cli.GateBench.Measuring;

namespace ExpertCluster.Cli.GateBench.Reports;

/// <summary>Contenders beside each other, a row a figure, the best of each row in bold: as it is written, so that what looks alike is alike.</summary>
internal static class FigureTable
{
    public static string Of(IReadOnlyList<(string Contender, IReadOnlyList<Figure> Figures)> measured)
    {
        StringBuilder table = new();
        table.Append(CultureInfo.InvariantCulture, $"| | {string.Join(" | ", measured.Select(m => m.Contender))} |\n");
        table.Append(CultureInfo.InvariantCulture, $"|---|{string.Concat(Enumerable.Repeat("---:|", measured.Count))}\n");
        for (int row = 0; row < measured[0].Figures.Count; row++)
        {
            Figure[] figures = [.. measured.Select(m => m.Figures[row])];
            string? best = BestOf(figures);
            table.Append(CultureInfo.InvariantCulture, $"| {figures[0].Name} | {string.Join(" | ", figures.Select(f => Cell(f, best)))} |\n");
        }

        return table.ToString();
    }

    private static string? BestOf(Figure[] figures)
    {
        if (figures.Length < 2 || figures[0].IsLessBetter is not { } isLessBetter)
        {
            return null;
        }

        string best = Written(isLessBetter ? figures.MinBy(f => f.Value)! : figures.MaxBy(f => f.Value)!);
        return figures.All(f => Written(f) == best) ? null : best;
    }

    private static string Cell(Figure figure, string? best)
    {
        string written = Written(figure);
        string value = written == best ? $"**{written}**" : written;
        return figure.Spread is { } spread ? string.Create(CultureInfo.InvariantCulture, $"{value} ±{spread:0.00}") : value;
    }

    private static string Written(Figure figure) => figure.Value.ToString(figure.Format, CultureInfo.InvariantCulture);
}
