using System.CommandLine;
using ExpertCluster.Cli.Demo;
using ExpertCluster.Cli.GateBench;
using ExpertCluster.Cli.GateBench.Contenders;
using ExpertCluster.Cli.GateBench.Reports;
using ExpertCluster.Cli.GateBench.Sets;
using ExpertCluster.CommandLine;

namespace ExpertCluster.Cli.Commands;

/// <summary>`eval gate`: every kind of request gate, and the baselines, on real text; tables in Markdown.</summary>
internal static class GateEvalCommand
{
    /// <summary>Where models/sentences puts real ones.</summary>
    private const string DefaultModels = "artifacts/sentence-models";

    public static Command Create()
    {
        Option<string?> bench = new("--bench") { Description = "A benchmark that models/gate-bench/make.sh wrote; default: made anew" };
        Option<string[]> kinds = new("--kinds")
        {
            Description = "Only these columns of the tables: majority, tf-idf, n-grams, MODEL-centroid, MODEL-softmax, MODEL-embeddings, MODEL-stacked; several with commas",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> models = new("--encoders") { Description = $"A folder of sentence models, each a folder; default: {DefaultModels} of the checkout" };
        Option<int> limit = new("--limit") { Description = "Texts of each set, evenly spread; default: all", DefaultValueFactory = _ => int.MaxValue };
        Option<string?> write = new("--write") { Description = "Writes the tables into this document too, between the lines that mark their place" };
        NumberOption.Range(limit, 1, int.MaxValue);
        Command command = new("gate", "Measures the request gates and the baselines on real text: WordNet, FOLDOC, the Bible, and the demo's prompts.")
        {
            bench, kinds, models, limit, write,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using GateContenders contenders = new(ModelsIn(parsed.GetValue(models) ?? Path.Combine(DemoCatalogue.Root, DefaultModels)));
            var chosen = contenders.Choose(parsed.GetValue(kinds) ?? []);
            string? document = parsed.GetValue(write);
            if (document is not null)
            {
                MarkedText.Check(document, MarkedText.Gate);
            }

            var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            string folder = parsed.GetValue(bench) ?? await BenchmarkMaker.MakeAsync(DemoCatalogue.Root, errors, cancellation);
            var benchmark = BenchmarkFolder.Load(folder).Limited(parsed.GetValue(limit));
            var demo = DemoSets.Load(DemoCatalogue.Path, parsed.GetValue(limit));
            List<string> tables = [];
            await Task.Run(
                () =>
                {
                    foreach (string table in new GateBenchmarkRun(chosen, Progress.To(errors)).Tables(benchmark, demo, cancellation))
                    {
                        tables.Add(table);
                        output.WriteLine(table);
                    }
                },
                cancellation);
            if (document is not null)
            {
                MarkedText.Rewrite(document, string.Join("\n", tables), MarkedText.Gate);
            }

            return 0;
        });
        return command;
    }

    /// <summary>
    /// Each folder of a folder; none where there is no such folder, so that the other contenders can do without. A dot is in the name of one that
    /// somebody is writing.
    /// </summary>
    private static string[] ModelsIn(string folder) =>
        Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Where(f => !Path.GetFileName(f).Contains('.', StringComparison.Ordinal)).Order(StringComparer.Ordinal)] : [];
}
