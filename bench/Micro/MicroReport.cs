using System.Globalization;
using System.Text;
using BenchmarkDotNet.Reports;

namespace ExpertCluster.Bench.Micro;

internal sealed record MicroReport(string Machine, bool Quick, IReadOnlyList<MicroFigure> Figures, IReadOnlyList<string> Failed)
{
    public static MicroReport From(string machine, bool quick, IReadOnlyList<Summary> summaries)
    {
        List<MicroFigure> figures = [];
        List<string> failed = [];
        foreach (var report in summaries.SelectMany(s => s.Reports))
        {
            if (report is { Success: true, ResultStatistics: { } statistics })
            {
                long? bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);
                figures.Add(new MicroFigure(Name(report), statistics.Median, statistics.Q1, statistics.Q3, bytes));
            }
            else
            {
                failed.Add(Name(report));
            }
        }

        failed.AddRange(summaries.SelectMany(s => s.ValidationErrors).Where(e => e.IsCritical).Select(e => e.Message));
        return new MicroReport(machine, quick, figures, failed);
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"## Micro-benchmarks{(Quick ? " (quick)" : "")}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine}.").AppendLine();
        text.AppendLine("| benchmark | median | quartiles | bytes allocated |");
        text.AppendLine("|---|---:|---:|---:|");
        foreach (var f in Figures)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {f.Name} | {Time(f.Nanoseconds)} | {Time(f.LowerQuartile)} to {Time(f.UpperQuartile)} | {f.AllocatedBytes} |");
        }

        return text.AppendLine().ToString();
    }

    private static string Name(BenchmarkReport report)
    {
        var descriptor = report.BenchmarkCase.Descriptor;
        string parameters = report.BenchmarkCase.Parameters.ValueInfo;
        return $"{descriptor.Type.Name.Replace("Benchmarks", "", StringComparison.Ordinal)}.{descriptor.WorkloadMethod.Name} {parameters}".TrimEnd();
    }

    private static string Time(double nanoseconds) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(nanoseconds < 1000 ? nanoseconds : nanoseconds < 1e6 ? nanoseconds / 1e3 : nanoseconds / 1e6):0.0} {(nanoseconds < 1000 ? "ns" : nanoseconds < 1e6 ? "µs" : "ms")}");
}

/// <summary>One benchmark's figures, an operation.</summary>
internal sealed record MicroFigure(string Name, double Nanoseconds, double LowerQuartile, double UpperQuartile, long? AllocatedBytes);
