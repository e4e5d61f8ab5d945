using System.Globalization;
using System.Text;

namespace ExpertCluster.Bench.Stack;

internal sealed record StackReport(string Machine, string Threads, StackOptions Options, IReadOnlyList<Comparison> Comparisons)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"## Stack over bare runtime: {(Options.Model is { } model ? Path.GetFileName(model) : "the demo's base")}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine}. Client, router and host share these cores; runtime threads: {Threads}.");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Medians (least to most) of {Options.Rounds} rounds in turns, {Options.TokensPerStream} tokens a stream, same tokens from both.");
        text.AppendLine();
        text.AppendLine("| streams | bare, tokens/s | stack, tokens/s | ratio | tokens a chunk | CPU µs a token: bare | client | router | host |");
        text.AppendLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var c in Comparisons)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {c.Streams} | {Whole(c.Bare)} | {Whole(c.Stack)} | {c.Ratio.ToRatio()} "
                + $"| {c.TokensPerChunk:0.0} | {c.BareProcessor:0} | {c.StackProcessor["client"]:0} | {c.StackProcessor["router"]:0} "
                + $"| {c.StackProcessor["host"]:0} |");
        }

        return text.ToString();
    }

    private static string Whole(Spread s) => string.Create(CultureInfo.InvariantCulture, $"{s.Median:0} ({s.Least:0} to {s.Most:0})");
}
