using System.CommandLine;
using ExpertCluster.Cli.Inspection;

namespace ExpertCluster.Cli.Commands;

/// <summary>`experts [--json] [--watch]`: which experts a running cluster has, where each is, and what is wrong.</summary>
internal static class ExpertsCommand
{
    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "JSON, with the fields of expertcluster.v1.Admin; with --watch a line for each message" };
        Option<bool> watch = new("--watch") { Description = "Go on with what changes, until Ctrl-C" };
        Command command = new("experts", "Shows the experts of a running cluster.") { json, watch };
        new AddressOptions().Ask(command, async (parsed, admin, stop) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(watch))
            {
                IWatchView view = parsed.GetValue(json) ? new JsonWatch(output) : new TextWatch(output, TimeProvider.System);
                await admin.WatchAsync(view, stop);
                return;
            }

            var experts = await admin.ExpertsAsync(stop);
            if (parsed.GetValue(json))
            {
                StatusJson.Write(output, "experts", experts);
            }
            else
            {
                ExpertTable.Write(output, experts);
            }
        });
        foreach (var change in ExpertChangeCommands.Create())
        {
            command.Subcommands.Add(change);
        }

        return command;
    }
}
