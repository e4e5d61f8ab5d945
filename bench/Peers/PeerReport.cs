using System.Globalization;
using System.Text;

namespace ExpertCluster.Bench.Peers;

internal sealed record PeerReport(string Machine, string Model, string Threads, PeerOptions Options, IReadOnlyList<PeerComparison> Comparisons)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"## Whole stack over a peer: {Model}, {Options.Precision}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine}. Client and both servers share these cores; threads of our host: {Threads}.");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Medians (least to most) of {Options.Rounds} rounds in turns, {Options.TokensPerStream} tokens a stream, greedy, fresh prompts.");
        text.AppendLine();
        text.AppendLine("| | ours, tokens/s | peer, tokens/s | ratio | aim | same text | CPU µs a token: router | host | peer |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var c in Comparisons)
        {
            string same = string.Create(CultureInfo.InvariantCulture, $"{c.Agreement:0.00}");
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {c.Scenario.Name} | {Whole(c.Ours)} | {Whole(c.Peer)} | {c.Ratio.ToRatio()} "
                + $"| {c.Scenario.Target:0.0} | {same} | {Processor(c, "router")} | {Processor(c, "host")} | {Processor(c, "peer")} |");
        }

        return text.AppendLine().ToString();
    }

    private static string Whole(Spread s) => string.Create(CultureInfo.InvariantCulture, $"{s.Median:0} ({s.Least:0} to {s.Most:0})");

    private static string Processor(PeerComparison comparison, string role) =>
        comparison.Processor.TryGetValue(role, out double microseconds) ? microseconds.ToString("0", CultureInfo.InvariantCulture) : "n/a";
}
