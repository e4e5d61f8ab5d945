using System.Globalization;
using System.Text;

namespace ExpertCluster.Bench.Latency;

internal sealed record LatencyReport(string Machine, LatencyOptions Options, int Bytes, IReadOnlyList<LatencyResult> Results)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("## Latency of a chunk").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine}. Each part is a process of its own, all on this machine, over loopback.");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{LatencyOptions.ChunksPerSecond} chunks a second on each stream, {Bytes} bytes each; medians (least to most) of {Options.Rounds} rounds in turns.");
        text.AppendLine();
        text.AppendLine("| streams | through | p50, µs | p99, µs | CPU µs a chunk: source | between | client |");
        text.AppendLine("|---:|---|---:|---:|---:|---:|---:|");
        foreach (var r in Results)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {r.Streams} | {r.Exchange} | {Whole(r.Median)} | {Whole(r.Percentile99)} | {Part(r, "source")} | {Part(r, "between")} | {Part(r, "client")} |");
        }

        return text.ToString();
    }

    private static string Part(LatencyResult result, string part) =>
        result.Processor.TryGetValue(part, out double time) ? time.ToString("0", CultureInfo.InvariantCulture) : "";

    private static string Whole(Spread s) => string.Create(CultureInfo.InvariantCulture, $"{s.Median:0} ({s.Least:0} to {s.Most:0})");
}
