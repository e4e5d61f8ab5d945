using System.Globalization;
using System.Text;
using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Bench.Memory;

/// <param name="Name">What grew.</param>
/// <param name="Grown">By how much.</param>
/// <param name="Minimum">Bytes that the numbers alone take.</param>
internal sealed record MemoryRow(string Name, ProcessMemory Grown, long Minimum)
{
    /// <summary>Of what nobody can take back.</summary>
    public double OwnRatio => (double)Grown.Own / Minimum;

    public double Ratio => (double)Grown.Total / Minimum;
}

/// <summary>The table of `bench memory`.</summary>
internal static class MemoryReport
{
    public static string ToMarkdown(ModelShape shape, IReadOnlyList<MemoryRow> rows, OpeningTimes opening)
    {
        var text = new StringBuilder();
        text.AppendLine("## Memory").AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{Machine.Describe()}. Random weights: {shape.Layers} layers of {shape.Hidden}, vocabulary {shape.Vocabulary}, {shape.KeyValueHeads} key-value heads of {shape.HeadDimension}, context {shape.MaxPositions}; adapters of every projection.");
        text.AppendLine("Growth of a process of its own, MiB; of files: pages of the weights that were read, shared between processes and taken back at need:").AppendLine();
        text.AppendLine("| | own memory | of files | the numbers alone | own over numbers | together over numbers |").AppendLine("|---|---:|---:|---:|---:|---:|");
        foreach (var row in rows)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {row.Name} | {Mebi(row.Grown.Own):F2} | {Mebi(row.Grown.OfFiles):F2} | {Mebi(row.Minimum):F2} | {row.OwnRatio:F2} | {row.Ratio:F2} |");
        }

        text.AppendLine().AppendLine(
            CultureInfo.InvariantCulture,
            $"Opening a runner on the fp32 base, ms: {opening.Alone:F0} with weights of its own, {opening.Shared:F0} as the first that shares them, {opening.Further:F0} as a further one.");
        return text.AppendLine().ToString();
    }

    private static double Mebi(long bytes) => bytes / 1048576.0;
}
