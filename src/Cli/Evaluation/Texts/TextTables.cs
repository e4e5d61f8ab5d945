using System.Globalization;

namespace ExpertCluster.Cli.Evaluation.Texts;

/// <summary>Figures of texts in Markdown.</summary>
internal static class TextTables
{
    /// <param name="sets">Their names, and how many texts each has.</param>
    /// <param name="rows">For each way and set; null: it is none for that set.</param>
    public static string Strategies(IReadOnlyList<(string Name, int Texts)> sets, IReadOnlyList<(string Name, IReadOnlyList<TextFigures?> Figures)> rows) => Table(
        ["", .. sets.Select(s => FormattableString.Invariant($"{s.Name} ({s.Texts}): perplexity [95 %], accuracy"))],
        rows.Select(r => (string[])[r.Name, .. r.Figures.Select(Cell)]));

    /// <summary>Field by field: the base, its expert, the other experts' mean, the gate, and the gate over its expert.</summary>
    public static string Fields(IReadOnlyList<(string Field, TextFigures Base, TextFigures Right, double Wrong, TextFigures Gate)> fields) => Table(
        ["field", "base alone", "right expert", "wrong experts, mean", "`route`, token scope", "over the right expert's"],
        fields.Select(f => (string[])[f.Field, Number(f.Base.Perplexity), Number(f.Right.Perplexity), Number(f.Wrong), Number(f.Gate.Perplexity), (f.Gate.Perplexity / f.Right.Perplexity).ToString("0.000", CultureInfo.InvariantCulture)]));

    private static string Table(string[] head, IEnumerable<string[]> rows) => string.Join(
        '\n', [$"| {string.Join(" | ", head)} |", $"|{string.Concat(Enumerable.Repeat("---|", head.Length))}", .. rows.Select(r => $"| {string.Join(" | ", r)} |"), ""]);

    private static string Cell(TextFigures? figures) => figures is null ? "" : string.Create(
        CultureInfo.InvariantCulture, $"{figures.Perplexity:0.00} [{figures.Low:0.00}, {figures.High:0.00}], {figures.Accuracy:0.000}");

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
