using System.Globalization;
using System.Text;

namespace ExpertCluster.Bench.Wire;

internal sealed record WireReport(string Machine, WireOptions Options, IReadOnlyList<WireComparison> Comparisons)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("## gRPC over bare HTTP/2").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine}. Client and server in one process, over loopback, messages of {Message.Size} bytes.");
        text.AppendLine(CultureInfo.InvariantCulture, $"Medians (least to most) of {Options.Rounds} rounds in turns; bytes are allocated and CPU time is used by both sides together.");
        text.AppendLine();
        text.AppendLine("| exchange | gRPC, a second | bare, a second | ratio | bytes each: gRPC | bare | CPU µs each: gRPC | bare |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var c in Comparisons)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {c.Name}: {c.Unit}s | {Whole(c.Grpc)} | {Whole(c.Bare)} | {c.Ratio.ToRatio()} "
                + $"| {c.GrpcBytes:0} | {c.BareBytes:0} | {c.GrpcCpu:0.00} | {c.BareCpu:0.00} |");
        }

        return text.ToString();
    }

    private static string Whole(Spread s) => string.Create(CultureInfo.InvariantCulture, $"{s.Median:0} ({s.Least:0} to {s.Most:0})");
}
