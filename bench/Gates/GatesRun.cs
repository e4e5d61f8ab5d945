using System.Globalization;
using System.Text;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Learning;

namespace ExpertCluster.Bench.Gates;

/// <summary>What a request gate of many experts takes to teach and to ask, and how well it knows them.</summary>
internal static class GatesRun
{
    private const int Examples = 20;
    private const int Tests = 2_000;
    private const int OfNoField = 500;

    /// <param name="experts">How many, run by run.</param>
    /// <param name="dense">Whether the same is taught with a weight of every n-gram for every expert as well; up to 1,000.</param>
    public static int Run(IReadOnlyList<int> experts, bool dense)
    {
        string machine = Machine.Describe();
        List<GatesRow> rows = [];
        foreach (int count in experts)
        {
            rows.Add(Measure(count, "sparse", new GateTrainingOptions { DenseClasses = 2 }));
            if (dense)
            {
                rows.Add(Measure(count, "dense", new GateTrainingOptions { DenseClasses = Math.Min(1_000, count + 1) }));
            }
        }

        ResultsFolder.Write("gates", ToMarkdown(machine, rows), rows);
        return 0;
    }

    private static GatesRow Measure(int count, string kind, GateTrainingOptions options)
    {
        InventedFields fields = new(count);
        GateTrainingSet set = new() { Experts = [.. Enumerable.Range(0, count).Select(i => fields.Expert(i, Examples))] };
        (string Text, string Field)[] tests = [.. Enumerable.Range(0, Tests).Select(i => (int)((long)i * count / Tests)).Select(f => (fields.Sentence(f), InventedFields.NameOf(f)))];
        string[] others = [.. Enumerable.Range(0, OfNoField).Select(_ => fields.Sentence(null))];
        string folder = Directory.CreateTempSubdirectory("expertcluster-gates-").FullName;
        try
        {
            long start = TimeProvider.System.GetTimestamp();
            GateTrainer.Train(set, folder, options);
            double fit = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
            start = TimeProvider.System.GetTimestamp();
            using var gate = RequestGate.Load(folder);
            double load = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
            long bytes = Directory.EnumerateFiles(Path.Combine(folder, "request")).Sum(f => new FileInfo(f).Length);
            double right = tests.Count(t => gate.Score(t.Text).Ranked[0].Name == t.Field) / (double)Tests;
            double refused = others.Count(t => gate.Score(t) is var s && (s.Ranked[0].Name == s.Generalist || s.Ranked[0].Probability < s.Floor)) / (double)OfNoField;
            double lost = tests.Count(t => gate.Score(t.Text) is var s && (s.Ranked[0].Name == s.Generalist || s.Ranked[0].Probability < s.Floor)) / (double)Tests;
            List<double> times = [];
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            foreach (var (text, _) in tests)
            {
                long one = TimeProvider.System.GetTimestamp();
                gate.Score(text);
                times.Add(TimeProvider.System.GetElapsedTime(one).TotalMicroseconds);
            }

            allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / Tests;
            times.Sort();
            return new GatesRow(count, kind, fit, bytes / 1e6, load, times[Tests / 2], times[Tests * 99 / 100], allocated, right, lost, refused);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string ToMarkdown(string machine, List<GatesRow> rows)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## Request gates of invented fields, {Examples} examples each\n\n{machine}\n\n");
        text.Append("| experts | weights | fit, s | files, MB | load, ms | p50, us a text | p99 | bytes a text | first choice | in-field lost | no-field refused |\n");
        text.Append("|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Experts} | {row.Kind} | {row.Fit:0.0} | {row.Megabytes:0.0} | {row.Load:0} | {row.P50:0} | {row.P99:0} | ");
            text.Append(CultureInfo.InvariantCulture, $"{row.Allocated} | {row.Right:0.000} | {row.Lost:0.000} | {row.Refused:0.000} |\n");
        }

        return text.ToString();
    }

    private sealed record GatesRow(
        int Experts, string Kind, double Fit, double Megabytes, double Load, double P50, double P99, long Allocated, double Right, double Lost, double Refused);
}
