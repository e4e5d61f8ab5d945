using System.Diagnostics;
using System.Globalization;
using System.Text;
using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Reference;

namespace ExpertCluster.Bench.Ensembles;

/// <summary>
/// A step of ensembles of two experts on one engine, over a step of as many rows that each are a stream of its own: what the
/// second distribution and the merge cost. All of a step counts, sampling and text too.
/// </summary>
internal static class EnsembleRun
{
    private const int Tokens = 128;
    private const int Rank = 8;

    public static async Task<int> RunAsync(bool quick, CancellationToken cancellation)
    {
        var demo = BenchModel.Demo();
        string machine = Machine.Describe();
        await using var engine = EngineFactory.Open(
            demo.Model,
            new StepRunnerOptions { Slots = 32, ContextLength = 256, MaxRows = 160, AdapterCapacity = 2, AdapterRank = Rank },
            new EngineOptions { OutputBuffer = Tokens, SamplingThreads = 0 });
        var experts = await RegisterAsync(engine, demo, cancellation);
        List<EnsembleRow> rows = [];
        foreach (int ensembles in new[] { 1, 8, 16 })
        {
            Console.Error.WriteLine($"{ensembles} ensembles");
            rows.Add(await CompareAsync(engine, experts, ensembles, quick ? 5 : 15, cancellation));
        }

        ResultsFolder.Write("ensembles", ToMarkdown(machine, rows), rows);
        return 0;
    }

    private static async Task<EngineAdapter[]> RegisterAsync(Engine engine, BenchModel demo, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("ensembles").FullName;
        try
        {
            return await Task.WhenAll(Enumerable.Range(0, 2).Select(i =>
            {
                string path = Path.Combine(folder, FormattableString.Invariant($"{i}"));
                var weights = PeftAdapter.Load(RandomAdapter.Write(path, demo.Model.Shape, Rank, seed: i + 1), demo.Model.Shape);
                return engine.Adapters.RegisterAsync(FormattableString.Invariant($"expert {i}"), () => weights, keep: false, cancellation);
            }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<EnsembleRow> CompareAsync(Engine engine, EngineAdapter[] experts, int ensembles, int rounds, CancellationToken cancellation)
    {
        Branch[] each = [.. experts.Select(expert => new Branch { Mix = [new WeightedAdapter(expert, 1)] })];
        List<(double Base, double Single, double Ensemble)> times = [];
        for (int i = -1; i < rounds; i++)
        {
            var time = (
                await TimeAsync(engine, 2 * ensembles, _ => [new Branch()], cancellation),
                await TimeAsync(engine, 2 * ensembles, n => [each[n % 2]], cancellation),
                await TimeAsync(engine, ensembles, _ => each, cancellation));
            if (i >= 0)
            {
                times.Add(time);
            }
        }

        return new EnsembleRow(
            ensembles,
            Spread.Of(times.Select(t => t.Ensemble)),
            Spread.Of(times.Select(t => t.Ensemble / t.Base)),
            Spread.Of(times.Select(t => t.Ensemble / t.Single)));
    }

    /// <summary>Milliseconds a step.</summary>
    private static async Task<double> TimeAsync(Engine engine, int streams, Func<int, Branch[]> branches, CancellationToken cancellation)
    {
        GC.Collect();
        long steps = engine.Status.Steps;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, streams).Select(i => Task.Run(() => ReadAsync(engine, branches(i), cancellation))));
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / (engine.Status.Steps - steps);
    }

    private static async Task ReadAsync(Engine engine, Branch[] branches, CancellationToken cancellation)
    {
        var request = new GenerationRequest { Prompt = [1], MaxTokens = Tokens, Sampling = new SamplingOptions(), Branches = branches };
        await using var stream = engine.Generate(request, cancellation);
        while (await stream.WaitToReadAsync(cancellation))
        {
            while (stream.TryRead(out _))
            {
            }
        }
    }

    private static string ToMarkdown(string machine, List<EnsembleRow> rows)
    {
        var text = new StringBuilder();
        text.AppendLine("## Ensembles of two").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{machine}. The engine alone, the demo's base in fp32, adapters of rank {Rank}, {Tokens} tokens a stream.");
        text.AppendLine("Medians (least to most) of rounds in turns; a ratio is of one round.");
        text.AppendLine().AppendLine("| ensembles | rows | ms a step | over as many rows of the base | over as many rows of one expert each |");
        text.AppendLine("|---:|---:|---:|---:|---:|");
        foreach (var row in rows)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {row.Ensembles} | {2 * row.Ensembles} | {row.Milliseconds.Median:0.000} | {row.OverBase.ToRatio()} | {row.OverSingle.ToRatio()} |");
        }

        return text.ToString();
    }

    private sealed record EnsembleRow(int Ensembles, Spread Milliseconds, Spread OverBase, Spread OverSingle);
}
