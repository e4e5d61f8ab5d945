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
    public static Command Create()
    {
        Option<string?> bench = new("--bench") { Description = "A benchmark that models/gate-bench/make.sh wrote; default: made anew" };
        Option<string[]> kinds = new("--kinds")
        {
            Description = $"Only these, of {string.Join(", ", GateContenders.All.Select(c => c.Name))}; several with commas or one after the other",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int> limit = new("--limit") { Description = "Texts of each set, evenly spread; default: all", DefaultValueFactory = _ => int.MaxValue };
        Option<string?> write = new("--write") { Description = "Writes the tables into this document too, between the lines that mark their place" };
        NumberOption.Range(limit, 1, int.MaxValue);
        Command command = new("gate", "Measures the request gates and the baselines on real text: WordNet, FOLDOC, the Bible, and the demo's prompts.")
        {
            bench, kinds, limit, write,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var chosen = Choose(parsed.GetValue(kinds) ?? []);
            string? document = parsed.GetValue(write);
            if (document is not null)
            {
                MarkedText.Check(document);
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
                MarkedText.Rewrite(document, string.Join("\n", tables));
            }

            return 0;
        });
        return command;
    }

    private static IReadOnlyList<IGateContender> Choose(string[] kinds)
    {
        string[] names = [.. kinds.SelectMany(k => k.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        var all = GateContenders.All;
        return names.FirstOrDefault(n => all.All(c => c.Name != n)) is { } unknown
            ? throw new InvalidDataException($"--kinds has '{unknown}'; there are {string.Join(", ", all.Select(c => c.Name))}")
            : names.Length == 0 ? all : [.. all.Where(c => names.Contains(c.Name))];
    }
}
