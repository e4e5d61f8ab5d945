using System.Globalization;
using System.Text;
using ExpertCluster.Cli.GateBench.Measuring;

namespace ExpertCluster.Cli.GateBench.Reports;

/// <summary>Contenders beside each other, a row a figure, the best of each row in bold: as it is written, so that what looks alike is alike.</summary>
internal static class FigureTable
{
    public static string Of(IReadOnlyList<MeasuredContender> measured)
    {
        StringBuilder table = new();
        table.Append(CultureInfo.InvariantCulture, $"| | {string.Join(" | ", measured.Select(m => m.Name))} |\n");
        table.Append(CultureInfo.InvariantCulture, $"|---|{string.Concat(Enumerable.Repeat("---:|", measured.Count))}\n");
        for (int row = 0; row < measured[0].Figures.Count; row++)
        {
            string? best = BestOf([.. measured.Where(m => !m.IsBlind).Select(m => m.Figures[row])]);
            table.Append(CultureInfo.InvariantCulture, $"| {measured[0].Figures[row].Name} | {string.Join(" | ", measured.Select(m => Cell(m.Figures[row], m.IsBlind ? null : best)))} |\n");
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
