using System.CommandLine;
using ExpertCluster.Cli.Preparation;

namespace ExpertCluster.Cli.Commands;

/// <summary>`prepare --config FILE OUT_DIR`: what an init container runs before routers and hosts start.</summary>
internal static class PrepareCommand
{
    public static Command Create()
    {
        Option<string> config = new("--config") { Description = "The catalogue, experts.yaml", Required = true };
        Argument<string> output = new("OUT_DIR") { Description = "The folder that routers and hosts are given" };
        Command command = new("prepare", "Imports the bases of a catalogue and trains its gates.") { config, output };
        command.SetAction(parsed =>
        {
            string folder = Path.GetFullPath(parsed.GetRequiredValue(output));
            CataloguePreparer.Prepare(parsed.GetRequiredValue(config), folder, folder, Console.Error.WriteLine);
            Console.WriteLine(folder);
            return 0;
        });
        return command;
    }
}
