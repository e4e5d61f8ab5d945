using System.CommandLine;
using System.Globalization;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Cli.Evaluation;
using ExpertCluster.Cli.Running;

namespace ExpertCluster.Cli.Commands;

/// <summary>`eval`: every routing and merging strategy, through the served stack, on the held-out prompts; a Markdown table.</summary>
internal static class EvalCommand
{
    private static readonly string[] Sets = ["single", "compound", "preamble", "languages", "general"];

    public static Command Create()
    {
        ClusterOptions options = new();
        Option<int> limit = new("--limit") { Description = "Cases of each set to ask; default: all", DefaultValueFactory = _ => int.MaxValue };
        Option<string?> only = new("--only") { Description = "Only strategies whose name contains this" };
        NumberOption.Range(limit, 1, int.MaxValue);
        Command command = new("eval", "Measures every strategy on the demo's held-out prompts.") { limit, only };
        options.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using var signals = new Signals();
            await using var cluster = await options.StartAsync(parsed, Progress.Say, signals.Token);
            string config = options.ConfigOf(parsed);
            var catalogue = CatalogueFile.Load(config);
            var strategies = Strategy.All(
                    catalogue.Experts.First(e => e is { IsGated: true, Adapter: null }).Name,
                    [.. catalogue.Experts.Where(e => e is { IsGated: true, Adapter: not null }).Select(e => e.Name)])
                .Where(s => s.Name.Contains(parsed.GetValue(only) ?? "", StringComparison.OrdinalIgnoreCase));
            string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(config))!, "eval");
            var sets = Sets.ToDictionary(s => s, s => Sample(EvalSet.Load(Path.Combine(folder, $"{s}.jsonl")), parsed.GetValue(limit)));
            await PrintAsync(cluster, strategies, sets, signals.Token);
            return 0;
        });
        return command;
    }

    private static async Task PrintAsync(
        RunningCluster cluster, IEnumerable<Strategy> strategies, Dictionary<string, IReadOnlyList<EvalCase>> sets, CancellationToken cancellation)
    {
        using var evaluator = new Evaluator(cluster);
        Console.WriteLine($"| strategy | {string.Join(" | ", sets.Select(s => $"{s.Key} ({s.Value.Count})"))} |");
        Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---|", sets.Count))}");
        foreach (var strategy in strategies)
        {
            List<string> cells = [];
            foreach (var (_, cases) in sets)
            {
                cells.Add(Cell(await evaluator.RunAsync(strategy, cases, cancellation)));
            }

            Console.WriteLine($"| {strategy.Name} | {string.Join(" | ", cells)} |");
        }
    }

    private static string Cell(Score score)
    {
        string exact = score.Exact.ToString("0.000", CultureInfo.InvariantCulture);
        return score is { FirstHalf: { } first, SecondHalf: { } second }
            ? string.Create(CultureInfo.InvariantCulture, $"{exact} ({first:0.00} / {second:0.00})")
            : exact;
    }

    /// <summary>Evenly spread over the set, whose cases stand field by field.</summary>
    private static IReadOnlyList<EvalCase> Sample(IReadOnlyList<EvalCase> cases, int limit) =>
        limit >= cases.Count ? cases : [.. Enumerable.Range(0, limit).Select(i => cases[(int)((long)i * cases.Count / limit)])];
}
