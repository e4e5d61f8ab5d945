using System.CommandLine;
using System.Globalization;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Cli.Evaluation;
using ExpertCluster.Cli.Running;
using ExpertCluster.CommandLine;

namespace ExpertCluster.Cli.Commands;

/// <summary>`eval`: every routing and merging strategy, through the served stack, on the held-out prompts; a Markdown table.</summary>
internal static class EvalCommand
{
    private static readonly string[] Sets =
        ["single", "compound", "preamble", "languages", "general", "newwords", "newcompound", "topics", "followups", "greetings"];

    public static Command Create(IClusters clusters)
    {
        ClusterOptions options = new(clusters);
        Option<int> limit = new("--limit") { Description = "Cases of each set to ask; default: all", DefaultValueFactory = _ => int.MaxValue };
        Option<string?> only = new("--only") { Description = "Only strategies whose name contains this" };
        NumberOption.Range(limit, 1, int.MaxValue);
        Command command = new("eval", "Measures every strategy on the demo's held-out prompts.") { limit, only, GateEvalCommand.Create(), TextEvalCommand.Create(clusters), CascadeEvalCommand.Create(clusters, Sets) };
        options.Serve(command, parsed =>
        {
            string config = options.ConfigOf(parsed);
            string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(config))!, "eval");
            var strategies = Strategies(config, parsed.GetValue(only) ?? "");
            var sets = Sets.ToDictionary(s => s, s => EvalSet.Sample(EvalSet.Load(Path.Combine(folder, $"{s}.jsonl")), parsed.GetValue(limit)));
            return async (cluster, stop) =>
            {
                await PrintAsync(cluster, strategies, sets, parsed.InvocationConfiguration.Output, stop);
                return 0;
            };
        });
        return command;
    }

    private static Strategy[] Strategies(string config, string only)
    {
        var catalogue = CatalogueFile.Load(config);
        var gated = catalogue.Experts.Where(catalogue.Gates).ToList();
        string? generalist = gated.FirstOrDefault(e => e.IsGeneralist)?.Name;
        string[] specialists = [.. gated.Where(e => e.Adapter is not null).Select(e => e.Name)];
        if (generalist is null || specialists.Length < Strategy.LeastSpecialists)
        {
            throw new InvalidDataException(
                $"{config}: an evaluation needs a gated expert without an adapter and at least {Strategy.LeastSpecialists} with one; it has {specialists.Length}");
        }

        Strategy[] chosen = [.. Strategy.All(generalist, specialists).Where(s => s.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];
        return chosen.Length > 0 ? chosen : throw new InvalidDataException($"--only is '{only}'; no strategy's name contains it");
    }

    private static async Task PrintAsync(
        RunningCluster cluster,
        IReadOnlyList<Strategy> strategies,
        Dictionary<string, IReadOnlyList<EvalCase>> sets,
        TextWriter output,
        CancellationToken cancellation)
    {
        using var channel = cluster.OpenChannel();
        var evaluator = new Evaluator(channel);
        await output.WriteLineAsync($"| strategy | {string.Join(" | ", sets.Select(s => $"{s.Key} ({s.Value.Count})"))} |");
        await output.WriteLineAsync($"|---|{string.Concat(Enumerable.Repeat("---|", sets.Count))}");
        foreach (var strategy in strategies)
        {
            List<string> cells = [];
            foreach (var (_, cases) in sets)
            {
                cells.Add(Cell(await evaluator.RunAsync(strategy, cases, cancellation)));
            }

            await output.WriteLineAsync($"| {strategy.Name} | {string.Join(" | ", cells)} |");
        }
    }

    private static string Cell(Score score)
    {
        string exact = score.Exact.ToString("0.000", CultureInfo.InvariantCulture);
        return score is { FirstHalf: { } first, SecondHalf: { } second }
            ? string.Create(CultureInfo.InvariantCulture, $"{exact} ({first:0.00} / {second:0.00})")
            : exact;
    }
}
