using System.CommandLine;
using System.Globalization;
using ExpertCluster.Cli.Inspection;

namespace ExpertCluster.Cli.Commands;

/// <summary>`changes [--json]`: who changed what, and when.</summary>
internal static class ChangesCommand
{
    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "JSON, with the fields of expertcluster.v1.Admin" };
        Command command = new("changes", "Shows who changed what in a running cluster, the newest first.") { json };
        new AddressOptions().Ask(command, async (parsed, admin, stop) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var changes = await admin.ChangesAsync(stop);
            if (parsed.GetValue(json))
            {
                StatusJson.Write(output, "changes", changes);
                return;
            }

            var table = new StatusTable(output, "VERSION", "AT", "BY", "WHAT", "NAME", "DETAILS", "REASON");
            foreach (var change in changes)
            {
                table.Add(
                    change.Version.ToString(CultureInfo.InvariantCulture),
                    DateTimeOffset.FromUnixTimeMilliseconds(change.AtUnixMs).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    change.By,
                    change.What,
                    change.Subject,
                    change.Details,
                    change.Reason);
            }

            table.Write();
        });
        return command;
    }
}
