using System.CommandLine;
using ExpertCluster.Catalogue;
using ExpertCluster.Cli.Evaluation;
using ExpertCluster.Cli.Evaluation.Cascades;
using ExpertCluster.Cli.GateBench.Reports;
using ExpertCluster.CommandLine;

namespace ExpertCluster.Cli.Commands;

/// <summary>`eval cascade`: what doubt of a small expert's answers tells, and what a cascade to a big one saves; tables in Markdown, and the curves that options take.</summary>
internal static class CascadeEvalCommand
{
    private const string Mark = "eval cascade";

    public static Command Create(IClusters clusters, IReadOnlyList<string> usualSets)
    {
        ClusterOptions options = new(clusters);
        Option<string?> small = new("--small") { Description = "Who drafts; default: the catalogue's generalist" };
        Option<string> big = new("--big") { Description = "Who is asked where the draft is doubted", DefaultValueFactory = _ => "auto" };
        Option<string[]> sets = new("--sets") { Description = "Sets beside the catalogue (eval/NAME.jsonl); default: the demo's", AllowMultipleArgumentsPerToken = true };
        Option<int> limit = new("--limit") { Description = "Cases of each set, evenly spread; default: all", DefaultValueFactory = _ => int.MaxValue };
        Option<string?> write = new("--write") { Description = "Writes the tables into this document too, between the lines that mark their place" };
        NumberOption.Range(limit, 1, int.MaxValue);
        Command command = new("cascade", "Measures how far doubt tells an expert's wrong answers, and what a cascade by it saves.") { small, big, sets, limit, write };
        options.Serve(command, parsed =>
        {
            string config = options.ConfigOf(parsed);
            string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(config))!, "eval");
            string drafts = parsed.GetValue(small) ?? CatalogueFile.Load(config).Experts.FirstOrDefault(e => e.IsGeneralist)?.Name
                ?? throw new InvalidDataException($"{config} has no expert without an adapter: --small names who drafts");
            string[] names = parsed.GetValue(sets) is { Length: > 0 } given ? given : [.. usualSets];
            EvalCase[] cases = [.. names.SelectMany(s => EvalSet.Sample(EvalSet.Load(Path.Combine(folder, $"{s}.jsonl")), parsed.GetValue(limit)))];
            string? document = parsed.GetValue(write);
            if (document is not null)
            {
                MarkedText.Check(document, Mark);
            }

            return async (cluster, stop) =>
            {
                using var channel = cluster.OpenChannel();
                var trials = await new CascadeTrials(channel).RunAsync(drafts, parsed.GetValue(big)!, cases, stop);
                string tables = $"{drafts} drafts, {parsed.GetValue(big)} is asked behind it; sets {string.Join(", ", names)}.\n\n{CascadeReport.Write(trials, CascadeTrials.Signals)}";
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
}
