using System.Diagnostics;
using System.Globalization;
using System.Text;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Reference;

namespace ExpertCluster.Bench.Steps;

/// <summary>One step of the runtime, with and without adapters: what a row's own adapter costs, and a second one.</summary>
internal static class StepRun
{
    private const int Position = 128;
    private const int Rank = 8;

    public static int Run(bool quick)
    {
        var demo = BenchModel.Demo();
        string machine = Machine.Describe();
        var options = new StepRunnerOptions
        {
            Slots = 32,
            ContextLength = 256,
            MaxRows = 32,
            AdapterCapacity = StepScenario.Adapters,
            AdapterRank = Rank,
        };
        using var runner = new FlatStepRunner(demo.Model, options);
        LoadAdapters(runner, demo.Model.Shape);
        var batches = StepScenario.All.Select(scenario => scenario.Batch(runner, Position)).ToList();
        var rounds = batches.ConvertAll(_ => new List<double>());
        int steps = quick ? 50 : 200;
        for (int round = -2; round < (quick ? 5 : 15); round++)
        {
            for (int i = 0; i < batches.Count; i++)
            {
                double milliseconds = Time(runner, batches[i], steps);
                if (round >= 0)
                {
                    rounds[i].Add(milliseconds);
                }
            }
        }

        var rows = StepScenario.All.Select((scenario, i) => new StepRow(
            scenario.Name,
            scenario.Rows,
            Spread.Of(rounds[i]),
            Ratio(rounds[i], rounds[IndexOf("base", scenario.Rows)]),
            Ratio(rounds[i], rounds[IndexOf("each its own adapter", scenario.Rows)]))).ToList();
        ResultsFolder.Write("steps", ToMarkdown(machine, steps, rows), rows);
        return 0;
    }

    private static void LoadAdapters(FlatStepRunner runner, ModelShape shape)
    {
        string folder = Directory.CreateTempSubdirectory("steps").FullName;
        try
        {
            for (int i = 0; i < StepScenario.Adapters; i++)
            {
                string path = Path.Combine(folder, FormattableString.Invariant($"{i}"));
                runner.LoadAdapter(i, PeftAdapter.Load(RandomAdapter.Write(path, shape, Rank, seed: i + 1), shape));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Milliseconds a step.</summary>
    private static double Time(FlatStepRunner runner, StepBatch batch, int steps)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < steps; i++)
        {
            runner.Run(batch);
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / steps;
    }

    private static int IndexOf(string name, int rows) =>
        StepScenario.All.Select((scenario, i) => (scenario, i)).First(s => s.scenario.Name == name && s.scenario.Rows == rows).i;

    private static Spread Ratio(List<double> these, List<double> those) => Spread.Of(these.Zip(those, (a, b) => a / b));

    private static string ToMarkdown(string machine, int steps, List<StepRow> rows)
    {
        var text = new StringBuilder();
        text.AppendLine("## A step with adapters").AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{machine}. The demo's base in fp32, decoding at position {Position}, adapters of rank {Rank} on every projection, {steps} steps a round.");
        text.AppendLine("Medians (least to most) of rounds in turns; a ratio is of one round.");
        text.AppendLine().AppendLine("| rows | they carry | ms a step | over the base alone | over one adapter each |");
        text.AppendLine("|---:|---|---:|---:|---:|");
        foreach (var row in rows)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {row.Rows} | {row.Name} | {row.Milliseconds.Median:0.000} | {row.OverBase.ToRatio()} | {row.OverOne.ToRatio()} |");
        }

        return text.ToString();
    }

    private sealed record StepRow(string Name, int Rows, Spread Milliseconds, Spread OverBase, Spread OverOne);
}
