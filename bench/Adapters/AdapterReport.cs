using System.Globalization;
using System.Text;

namespace ExpertCluster.Bench.Adapters;

/// <param name="ReadMilliseconds">Reading and checking an adapter's files, alone.</param>
/// <param name="ColdMilliseconds">To the first token with an adapter that is neither in the runtime nor in host memory.</param>
/// <param name="WarmMilliseconds">The same with one that is in the runtime.</param>
internal sealed record AdapterReport(
    string Machine,
    AdapterOptions Options,
    Spread Few,
    Spread Many,
    Spread Ratio,
    double ReadsPerRequest,
    double EvictionsPerRequest,
    double ReadMilliseconds,
    double ColdMilliseconds,
    double WarmMilliseconds)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("## Many adapters").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine}.");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"The engine alone, {Options.Streams} streams in a closed loop, {Options.PromptTokens} prompt and {Options.TokensPerStream} output tokens, rank {Options.Rank}, "
            + $"{Options.Capacity} places, {Options.HostBytes >> 20} MiB of host memory, Zipf exponent {Options.Zipf}. Medians (least to most) of {Options.Rounds} rounds in turns.");
        text.AppendLine();
        text.AppendLine("| adapters | tokens/s | of the small set | file reads a request | evictions a request |");
        text.AppendLine("|---:|---:|---:|---:|---:|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| {Options.Few} | {Whole(Few)} | 1 | 0 | 0 |");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| {Options.Many} | {Whole(Many)} | {Ratio.ToRatio()} | {ReadsPerRequest:0.000} | {EvictionsPerRequest:0.000} |");
        text.AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"First token on an idle engine, medians of {Options.Latencies}: {WarmMilliseconds:0.00} ms with an adapter in the runtime, {ColdMilliseconds:0.00} ms with one "
            + $"on disk only; reading its files alone takes {ReadMilliseconds:0.00} ms.");
        return text.ToString();
    }

    private static string Whole(Spread s) => string.Create(CultureInfo.InvariantCulture, $"{s.Median:0} ({s.Least:0} to {s.Most:0})");
}
