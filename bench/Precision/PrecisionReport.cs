using System.Globalization;
using System.Text;

namespace ExpertCluster.Bench.Precision;

internal sealed record PrecisionReport(string Machine, int Threads, IReadOnlyList<PrecisionModelReport> Models)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("## Precision of weights and KV cache").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine}; threads: {(Threads == 0 ? "one a core" : Threads)}. Medians of rounds in turns, no adapters.");
        foreach (var model in Models)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"### {model.Name}").AppendLine();
            if (model.Tokens > 0)
            {
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"Perplexity over {model.Tokens} tokens of the held-out sets that the base can answer, and over their answers alone.").AppendLine();
            }

            Table(text, model);
        }

        return text.ToString();
    }

    private static void Table(StringBuilder text, PrecisionModelReport model)
    {
        var steps = model.Rows[0].Steps;
        bool trained = model.Tokens > 0;
        text.Append("| weights | cache |").Append(trained ? " perplexity | of answers |" : "").Append(" bytes of weights | of KV a token |");
        text.AppendLine(string.Concat(steps.Select(s => $" {s.Streams} at {s.Context}: tokens/s (ms a step) |")));
        text.Append("|---|---|").Append(trained ? "---:|---:|" : "").Append("---:|---:|").AppendLine(string.Concat(steps.Select(_ => "---:|")));
        foreach (var row in model.Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Weights} | {row.Cache} |");
            if (row.Perplexity is { } perplexity)
            {
                text.Append(CultureInfo.InvariantCulture, $" {perplexity.All:0.0000} | {perplexity.Answers:0.0000} |");
            }

            text.Append(CultureInfo.InvariantCulture, $" {row.WeightBytes:#,0} | {row.CacheBytesPerToken:#,0} |");
            foreach (var step in row.Steps)
            {
                text.Append(CultureInfo.InvariantCulture, $" {1000 * step.Streams / step.Milliseconds.Median:#,0} ({step.Milliseconds.Median:0.000}) |");
            }

            text.AppendLine();
        }
    }
}

/// <param name="Name">Which model.</param>
/// <param name="Tokens">That were predicted for the perplexity; 0: none.</param>
/// <param name="Rows">One a variant.</param>
internal sealed record PrecisionModelReport(string Name, int Tokens, IReadOnlyList<PrecisionRow> Rows);

internal sealed record PrecisionRow(
    string Weights, string Cache, long WeightBytes, long CacheBytesPerToken, Perplexity? Perplexity, IReadOnlyList<PrecisionStep> Steps);

internal sealed record PrecisionStep(int Streams, int Context, Spread Milliseconds);
