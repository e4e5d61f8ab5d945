using System.CommandLine;
using ExpertCluster.Catalogue;
using ExpertCluster.Cli.Evaluation;
using ExpertCluster.Cli.Evaluation.Texts;
using ExpertCluster.Cli.GateBench.Reports;
using ExpertCluster.Cli.Running;
using ExpertCluster.CommandLine;

namespace ExpertCluster.Cli.Commands;

/// <summary>`eval text`: perplexity and next-token accuracy of every merge on held-out texts, through the served stack; tables in Markdown.</summary>
internal static class TextEvalCommand
{
    private const string Fields = "fields";
    private const string Mark = "eval text";
    private static readonly string[] Sets = [Fields, "mixed", "general"];

    public static Command Create(IClusters clusters)
    {
        ClusterOptions options = new(clusters);
        Option<int> limit = new("--limit") { Description = "Texts of each set, evenly spread; default: all", DefaultValueFactory = _ => int.MaxValue };
        Option<string?> only = new("--only") { Description = "Only ways whose name contains this" };
        Option<string?> write = new("--write") { Description = "Writes the tables into this document too, between the lines that mark their place" };
        NumberOption.Range(limit, 1, int.MaxValue);
        Command command = new("text", "Measures every merge on the held-out texts beside a catalogue (eval/fields.jsonl, mixed.jsonl, general.jsonl).") { limit, only, write };
        options.Serve(command, parsed =>
        {
            string config = options.ConfigOf(parsed);
            string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(config))!, "eval");
            var sets = Sets.Where(s => File.Exists(FileOf(folder, s)))
                .Select(s => (Name: s, Cases: CaseFile.Sample(TextCase.Load(FileOf(folder, s)), parsed.GetValue(limit)))).ToList();
            var (generalist, specialists) = ExpertsOf(config);
            TextStrategy[] strategies = [.. TextStrategy.All(generalist, specialists).Where(s => s.Name.Contains(parsed.GetValue(only) ?? "", StringComparison.OrdinalIgnoreCase))];
            string? document = parsed.GetValue(write);
            if (document is not null)
            {
                MarkedText.Check(document, Mark);
            }

            return sets.Count == 0 || strategies.Length == 0
                ? throw new InvalidDataException(sets.Count == 0 ? $"{folder} has none of {string.Join(", ", Sets.Select(s => s + ".jsonl"))}" : $"--only is '{parsed.GetValue(only)}'; no way's name contains it")
                : async (cluster, stop) =>
                {
                    string tables = await MeasureAsync(cluster, strategies, sets, specialists, Progress.To(parsed.InvocationConfiguration.Error), stop);
                    await parsed.InvocationConfiguration.Output.WriteLineAsync(tables);
                    if (document is not null)
                    {
                        MarkedText.Rewrite(document, tables, Mark);
                    }

                    return 0;
                };
        });
        return command;
    }

    private static string FileOf(string folder, string set) => Path.Combine(folder, $"{set}.jsonl");

    private static (string Generalist, string[] Specialists) ExpertsOf(string config)
    {
        var catalogue = CatalogueFile.Load(config);
        var gated = catalogue.Experts.Where(catalogue.Gates).ToList();
        string[] specialists = [.. gated.Where(e => e.Adapter is not null).Select(e => e.Name)];
        return gated.Find(e => e.IsGeneralist) is { } generalist && specialists.Length > 0
            ? (generalist.Name, specialists)
            : throw new InvalidDataException($"{config}: an evaluation needs a gated expert without an adapter and others with one");
    }

    private static async Task<string> MeasureAsync(
        RunningCluster cluster,
        TextStrategy[] strategies,
        List<(string Name, IReadOnlyList<TextCase> Cases)> sets,
        string[] specialists,
        Action<string> progress,
        CancellationToken cancellation)
    {
        using var channel = cluster.OpenChannel();
        var scorer = new TextScorer(channel);
        Dictionary<(string Strategy, string Set), IReadOnlyList<TextScore>> scores = [];
        List<(string Name, IReadOnlyList<TextFigures?> Figures)> rows = [];
        foreach (var strategy in strategies)
        {
            List<TextFigures?> figures = [];
            foreach (var (set, cases) in sets)
            {
                progress($"{strategy.Name}: {set}");
                var its = await scorer.RunAsync(strategy, cases, cancellation);
                figures.Add(its is null ? null : TextFigures.Of(its));
                if (its is not null)
                {
                    scores[(strategy.Name, set)] = its;
                }
            }

            rows.Add((strategy.Name, figures));
        }

        string all = TextTables.Strategies([.. sets.Select(s => (s.Name, s.Cases.Count))], rows);
        return sets.Find(s => s.Name == Fields).Cases is { } fields && ByField(fields, specialists, scores) is { Count: > 0 } each ? $"{all}\n{TextTables.Fields(each)}" : all;
    }

    /// <summary>Empty where not all that it takes was measured.</summary>
    private static List<(string Field, TextFigures Base, TextFigures Right, double Wrong, TextFigures Gate)> ByField(
        IReadOnlyList<TextCase> cases, string[] specialists, Dictionary<(string Strategy, string Set), IReadOnlyList<TextScore>> scores)
    {
        List<(string Field, TextFigures Base, TextFigures Right, double Wrong, TextFigures Gate)> fields = [];
        foreach (string field in specialists)
        {
            int[] own = [.. cases.Index().Where(c => c.Item.Domain == field).Select(c => c.Index)];
            TextFigures?[] others = [.. specialists.Where(s => s != field).Select(s => Of($"{s} alone"))];
            if (own.Length > 0 && Of("base alone") is { } alone && Of("right expert") is { } right && Of("`route`, token scope") is { } gate && others.All(o => o is not null))
            {
                fields.Add((field, alone, right, others.Select(o => o!.Perplexity).DefaultIfEmpty(double.NaN).Average(), gate));
            }

            TextFigures? Of(string strategy) => own.Length > 0 && scores.TryGetValue((strategy, Fields), out var its) ? TextFigures.Of([.. own.Select(i => its[i])]) : null;
        }

        return fields;
    }
}
