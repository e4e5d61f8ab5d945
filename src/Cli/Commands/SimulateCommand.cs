using System.CommandLine;
using System.Text.Json;
using ExpertCluster.CommandLine;
using ExpertCluster.Simulation.Options;
using ExpertCluster.Simulation.Results;
using ExpertCluster.Simulation.Running;
using ExpertCluster.Simulation.Sizing;

namespace ExpertCluster.Cli.Commands;

/// <summary>`simulate`: placement, scaling and the choice of hosts on a virtual clock; `--size`: how many hosts a target takes.</summary>
internal static class SimulateCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        SimulationOptionSet set = new();
        Option<string> strategy = new("--strategy") { Description = "Who decides: " + string.Join(", ", Strategies.Names), DefaultValueFactory = _ => Strategies.Product };
        AcceptOnly(strategy, Strategies.Names);
        Option<bool> compare = new("--compare") { Description = "All strategies on the same traffic, side by side" };
        Option<bool> size = new("--size") { Description = "The fewest hosts that meet the target, in place of --hosts" };
        Option<double> target = new("--target-ms") { Description = "Milliseconds to the first token, 1 to 3600000; for --size", DefaultValueFactory = _ => 2_000 };
        Option<int> percentile = new("--percentile") { Description = "Of the requests that must have it by then: 50, 90 or 99; for --size", DefaultValueFactory = _ => 99 };
        Option<int> most = new("--most-hosts") { Description = "Hosts that --size may try, 1 to 10000", DefaultValueFactory = _ => 10_000 };
        Option<bool> json = new("--json") { Description = "JSON in place of a table" };
        NumberOption.Range(target, 1, 3_600_000);
        NumberOption.Range(most, 1, 10_000);
        AcceptOnly(percentile, ["50", "90", "99"]);
        Command command = new("simulate", "Runs the cluster's own decisions on a virtual clock, with seeded traffic and troubles.")
        {
            strategy, compare, size, target, percentile, most, json,
        };
        set.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = set.Read(parsed);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(size))
            {
                var sized = await Task.Run(
                    () => Sizer.Find(options, new SizingTarget(parsed.GetValue(target), parsed.GetValue(percentile)), parsed.GetValue(most), TimeProvider.System, cancellation),
                    cancellation);
                await output.WriteAsync(parsed.GetValue(json) ? ToJson(sized) : SimulationTable.Of(sized, options, parsed.GetValue(target), parsed.GetValue(percentile)));
                return sized.Hosts is null ? CommandProgram.Failed : 0;
            }

            string[] strategies = parsed.GetValue(compare) ? [.. Strategies.Names] : [parsed.GetRequiredValue(strategy)];
            var results = await Task.Run(() => Simulator.Run(options, strategies, TimeProvider.System, cancellation), cancellation);
            await output.WriteAsync(parsed.GetValue(json) ? ToJson(options, results) : SimulationTable.Of(results));
            return 0;
        });
        return command;
    }

    /// <summary>In one sentence, where the library says it in several lines.</summary>
    private static void AcceptOnly(Option option, IReadOnlyList<string> values) => option.Validators.Add(result =>
    {
        foreach (var token in result.Tokens.Where(t => !values.Contains(t.Value)))
        {
            result.AddError($"{option.Name} is '{token.Value}'; it must be {string.Join(", ", values.SkipLast(1))} or {values[^1]}");
        }
    });

    private static string ToJson(SimulationOptions options, IReadOnlyList<SimulationResult> results) =>
        JsonSerializer.Serialize(new { options, results }, Json) + "\n";

    private static string ToJson(SizingResult sized) =>
        JsonSerializer.Serialize(new { sized.Hosts, Tried = sized.Tried.Select(t => new { t.Hosts, t.Result }) }, Json) + "\n";
}
