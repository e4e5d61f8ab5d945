using System.CommandLine;
using System.Globalization;
using ExpertCluster.Cli.Inspection;
using ExpertCluster.CommandLine;
using ExpertCluster.V1;

namespace ExpertCluster.Cli.Commands;

/// <summary>`gate [--json]`: which gates a running cluster has; `gate fit|percent|promote|rollback`: which it shall have; `gate diff|eval`: how they differ.</summary>
internal static class GateCommand
{
    private const string Gate = "gate";
    private const int MostPercent = 100;

    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "JSON, with the fields of expertcluster.v1.Admin" };
        Command command = new(Gate, "Shows the gate of a running cluster, and the candidate for its place.") { json };
        new AddressOptions().Ask(command, async (parsed, admin, stop) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var status = await admin.GateAsync(stop);
            if (parsed.GetValue(json))
            {
                await output.WriteLineAsync(StatusJson.LineOf(status));
                return;
            }

            GateTable.Write(output, status);
        });
        foreach (var below in (Command[])[Fit(), Percent(), Promote(), RollBack(), GateTextCommands.Diff(), GateTextCommands.Eval()])
        {
            command.Subcommands.Add(below);
        }

        return command;
    }

    private static Command Fit()
    {
        var percent = Share();
        Option<string> kind = new("--kind") { Description = "ngrams, embeddings, stacked or classifier; default: as the gate that plans", DefaultValueFactory = _ => "" };
        kind.AcceptOnlyFromAmong("", "ngrams", "embeddings", "stacked", "classifier");
        Option<DateTimeOffset?> since = new("--since") { Description = "Feedback from this time on, as 2026-11-29T08:00Z; default: all" };
        return ChangeOptionSet.Of(Gate).Change(
            new("fit", "Makes a candidate for the gate's place: the gate that plans, taught what feedback teaches beside.") { percent, kind, since },
            (parsed, admin, _, options, call) => admin.FitGateAsync(
                new FitGateRequest
                {
                    Percent = parsed.GetValue(percent),
                    Kind = parsed.GetRequiredValue(kind),
                    SinceUnixMs = parsed.GetValue(since)?.ToUnixTimeMilliseconds() ?? 0,
                    Options = options,
                },
                call));
    }

    private static Command Percent()
    {
        Argument<int> share = new("PERCENT") { Description = "Of the gate's requests, 0 to 100" };
        share.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int percent) && percent <= MostPercent))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"PERCENT is '{text}'; it must be a whole number from 0 to {MostPercent}"));
            }
        });
        return ChangeOptionSet.Of(Gate).Change(
            new("percent", "Says how many of the requests the candidate plans.") { share },
            (parsed, admin, _, options, call) => admin.ShiftGateAsync(new ShiftGateRequest { Percent = parsed.GetRequiredValue(share), Options = options }, call));
    }

    private static Command Promote()
    {
        Option<bool> force = new("--force") { Description = "Also where it was not compared with the gate that plans, or was worse" };
        return ChangeOptionSet.Of(Gate).Change(
            new("promote", "Puts the candidate in the gate's place.") { force },
            (parsed, admin, _, options, call) => admin.PromoteGateAsync(new PromoteGateRequest { Force = parsed.GetValue(force), Options = options }, call));
    }

    private static Command RollBack() => ChangeOptionSet.Of(Gate).Change(
        new("rollback", "Takes the candidate out; where there is none, takes the last promotion back."),
        (_, admin, _, options, call) => admin.RollBackGateAsync(new RollBackGateRequest { Options = options }, call));

    private static Option<int> Share()
    {
        Option<int> option = new("--percent") { Description = "Of the gate's requests, that it plans, 0 to 100; of the others it sees a copy", DefaultValueFactory = _ => 0 };
        NumberOption.Range(option, 0, MostPercent);
        return option;
    }
}
