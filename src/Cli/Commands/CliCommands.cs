using System.CommandLine;

namespace ExpertCluster.Cli.Commands;

/// <summary>All commands of the program.</summary>
internal static class CliCommands
{
    public static RootCommand Create(IClusters clusters) => new("Runs and looks after an ExpertCluster on this machine.")
    {
        DemoCommand.Create(clusters),
        UpCommand.Create(clusters),
        ImportCommand.Create(),
        PrepareCommand.Create(),
        KeepCommand.Create(),
        EvalCommand.Create(clusters),
        SimulateCommand.Create(),
        ExpertsCommand.Create(),
        HostsCommand.Create(),
        ChangesCommand.Create(),
        FeedbackCommand.Create(),
        GateCommand.Create(),
    };
}
