using System.CommandLine;
using ExpertCluster.V1;

namespace ExpertCluster.Cli.Commands;

/// <summary>`hosts drain|resume NAME`.</summary>
internal static class HostChangeCommands
{
    public static IEnumerable<Command> Create() =>
    [
        new ChangeOptionSet("host").Change(
            new("drain", "Has a host take nothing new; what runs there ends in peace."),
            (_, admin, name, options, call) => admin.DrainHostAsync(new DrainHostRequest { Name = name, Options = options }, call)),
        new ChangeOptionSet("host").Change(
            new("resume", "Has a drained host take requests again."),
            (_, admin, name, options, call) => admin.ResumeHostAsync(new ResumeHostRequest { Name = name, Options = options }, call)),
    ];
}
