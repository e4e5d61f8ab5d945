using System.Globalization;
using System.Text;
using ExpertCluster.Simulation.Options;
using ExpertCluster.Simulation.Results;
using ExpertCluster.Simulation.Running;
using ExpertCluster.Simulation.Sizing;

namespace ExpertCluster.Cli.Commands;

/// <summary>What a simulation came to, as a table in Markdown.</summary>
internal static class SimulationTable
{
    /// <summary>A figure's row: its name, how it is read and written, and whether less is better; null: neither is.</summary>
    private static readonly (string Name, Func<SimulationResult, double> Read, string Format, bool? IsLessBetter)[] Rows =
    [
        ("time to first token p50, ms", r => r.FirstTokenP50Milliseconds, "0.0", true),
        ("time to first token p90, ms", r => r.FirstTokenP90Milliseconds, "0.0", true),
        ("time to first token p99, ms", r => r.FirstTokenP99Milliseconds, "0.0", true),
        ("adapters read while a request waits, a minute", r => r.LoadsPerMinute, "0.0", true),
        ("adapters fetched from the store, a minute", r => r.FetchesPerMinute, "0.0", true),
        ("evictions a minute", r => r.EvictionsPerMinute, "0.0", true),
        ("balance: most over mean requests on a host", r => r.Balance, "0.00", true),
        ("requests", r => r.Arrived, "0", null),
        ("completed", r => r.Completed, "0", null),
        ("refused", r => r.Refused, "0", true),
        ("unfinished at the end", r => r.Unfinished, "0", null),
        ("resumed on another host", r => r.Resumed, "0", null),
        ("requests over slots", r => r.Use, "0.00", null),
        ("replicas an expert, at the end", r => r.MeanReplicas, "0.00", null),
        ("decisions about experts", r => r.Moves, "0", null),
        ("decisions about bases", r => r.BaseMoves, "0", null),
        ("flips: decisions undone too soon", r => r.Flips, "0", true),
        ("a round p50, ms", r => r.RoundTimes.P50Milliseconds, "0.00", null),
        ("a round p99, ms", r => r.RoundTimes.P99Milliseconds, "0.00", null),
        ("a round at most, ms", r => r.RoundTimes.MostMilliseconds, "0.00", null),
    ];

    public static string Of(IReadOnlyList<SimulationResult> results)
    {
        StringBuilder table = new();
        bool compares = results.Count > 1;
        table.Append(CultureInfo.InvariantCulture, $"| | {string.Join(" | ", results.Select(r => r.Strategy))} |{(compares ? " best |" : "")}\n");
        table.Append(CultureInfo.InvariantCulture, $"|---|{string.Concat(Enumerable.Repeat("---:|", results.Count))}{(compares ? "---|" : "")}\n");
        foreach (var (name, read, format, isLessBetter) in Rows)
        {
            string[] cells = [.. results.Select(r => read(r).ToString(format, CultureInfo.InvariantCulture))];
            string best = compares && isLessBetter is not null ? $" {Best(results, cells, read)} |" : compares ? " |" : "";
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", cells)} |{best}\n");
        }

        foreach (var result in results.Where(r => r.Flips > 0))
        {
            table.Append(CultureInfo.InvariantCulture, $"\n{result.Strategy} thrashes: {result.Flips} decisions were undone too soon, such as\n");
            table.AppendJoin("", result.FlipExamples.Select(example => $"- {example}\n"));
        }

        return table.ToString();
    }

    public static string Of(SizingResult sized, SimulationOptions options, double target, int percentile)
    {
        StringBuilder table = new();
        table.Append("| hosts | time to first token p50, ms | p90 | p99 | refused | requests over slots | enough |\n|---:|---:|---:|---:|---:|---:|---|\n");
        SizingTarget wanted = new(target, percentile);
        foreach (var (hosts, result) in sized.Tried)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {hosts} | {result.FirstTokenP50Milliseconds:0.0} | {result.FirstTokenP90Milliseconds:0.0} | ");
            table.Append(CultureInfo.InvariantCulture, $"{result.FirstTokenP99Milliseconds:0.0} | {result.Refused} | {result.Use:0.00} | {(wanted.IsMetBy(result) ? "yes" : "no")} |\n");
        }

        string what = string.Create(CultureInfo.InvariantCulture, $"{options.RequestsPerSecond} requests a second with the first token within {target} ms for {percentile} of 100");
        table.Append(sized.Hosts is { } enough
            ? string.Create(CultureInfo.InvariantCulture, $"\n{enough} hosts serve {what}.\n")
            : string.Create(CultureInfo.InvariantCulture, $"\n{sized.Tried[^1].Hosts} hosts do not serve {what}.\n"));
        return table.ToString();
    }

    /// <summary>Who has the least; as it is written, so that what looks alike is called alike.</summary>
    private static string Best(IReadOnlyList<SimulationResult> results, string[] cells, Func<SimulationResult, double> read)
    {
        string least = cells[Enumerable.Range(0, cells.Length).MinBy(i => read(results[i]))];
        string[] winners = [.. results.Where((_, i) => cells[i] == least).Select(r => r.Strategy)];
        return winners.Length == results.Count ? "alike" : string.Join(", ", winners);
    }
}
