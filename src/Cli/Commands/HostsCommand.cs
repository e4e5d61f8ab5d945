using System.CommandLine;
using ExpertCluster.Cli.Inspection;

namespace ExpertCluster.Cli.Commands;

/// <summary>`hosts [--json]`: which hosts a running cluster has, and how each is.</summary>
internal static class HostsCommand
{
    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "JSON, with the fields of expertcluster.v1.Admin" };
        Command command = new("hosts", "Shows the hosts of a running cluster.") { json };
        new AddressOptions().Ask(command, async (parsed, admin, stop) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var hosts = await admin.HostsAsync(stop);
            if (parsed.GetValue(json))
            {
                StatusJson.Write(output, "hosts", hosts);
            }
            else
            {
                HostTable.Write(output, hosts);
            }
        });
        foreach (var change in HostChangeCommands.Create())
        {
            command.Subcommands.Add(change);
        }

        return command;
    }
}
