using System.Globalization;
using System.Text;
using ExpertCluster.Learning;

namespace ExpertCluster.Bench.Gates;

/// <summary>What a request gate of many experts takes to teach and to ask, and how well it knows them.</summary>
internal static class GatesRun
{
    private const int MostLast = 16;

    /// <param name="experts">How many, run by run.</param>
    /// <param name="dense">Whether the same is taught with a weight of every n-gram for every expert as well; up to 999 experts.</param>
    public static int Run(IReadOnlyList<int> experts, bool dense)
    {
        string machine = Machine.Describe();
        List<GatesRow> rows = [];
        GateTrainingOptions own = new() { DenseClasses = 2 };
        foreach (int count in experts)
        {
            using GateTrial trial = new(count, Math.Min(MostLast, count / 20));
            rows.Add(trial.Together("own n-grams", own));
            if (trial.Last > 0)
            {
                rows.Add(trial.OneByOne("beside", own));
            }

            if (dense)
            {
                rows.Add(trial.Together("all n-grams", new GateTrainingOptions { DenseClasses = Math.Min(1_000, count + 1) }));
            }

            ResultsFolder.Write("gates", ToMarkdown(machine, rows), rows);
        }

        return 0;
    }

    private static string ToMarkdown(string machine, List<GatesRow> rows)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## Request gates of invented fields, {GateTrial.Examples} examples each\n\n{machine}\n\n");
        text.Append("| experts | weights | fit, s | files, MB | load, ms | p50, us a text | p99 | bytes a text | first choice | of the last | in-field lost | no-field refused |\n");
        text.Append("|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Experts} | {row.Kind} | {row.Fit:0.0} | {row.Megabytes:0.0} | {row.Load:0} | {row.P50:0} | {row.P99:0} | ");
            text.Append(CultureInfo.InvariantCulture, $"{row.Allocated} | {row.Right:0.000} | {row.LastRight:0.000} | {row.Lost:0.000} | {row.Refused:0.000} |\n");
        }

        return text.ToString();
    }
}
