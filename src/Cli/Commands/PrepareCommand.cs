using System.CommandLine;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.Cli.Commands;

/// <summary>`prepare --config FILE [--publish s3://BUCKET/PREFIX] OUT_DIR`: what an init container runs before routers and hosts start.</summary>
internal static class PrepareCommand
{
    public static Command Create()
    {
        Option<string> config = new("--config") { Description = "The catalogue, experts.yaml", Required = true };
        Argument<string> output = new("OUT_DIR") { Description = "The folder that routers and hosts are given; it needs nothing outside of itself" };
        PublishOption publish = new();
        Command command = new("prepare", "Imports the bases of a catalogue, copies its adapters and trains its gates.") { config, publish.Option, output };
        command.SetAction(async (parsed, cancellation) =>
        {
            var progress = Progress.To(parsed.InvocationConfiguration.Error);
            using var publisher = publish.Of(parsed, progress);
            string folder = Path.GetFullPath(parsed.GetRequiredValue(output));
            bool held = File.Exists(Path.Combine(folder, PreparedCatalogue.FileName));
            bool changed = new CataloguePreparer(CacheFolder.Root, folder, progress).Prepare(parsed.GetRequiredValue(config), cancellation);
            progress((changed, held) switch
            {
                (false, _) => "nothing to do, the folder holds this catalogue",
                (true, true) => "the folder held another catalogue, this one has taken its place; what only the old one names is still there",
                (true, false) => "prepared",
            });
            if (publisher is not null && !await publisher.PublishAsync(folder, cancellation))
            {
                progress($"{publisher.Shown} holds this catalogue");
            }

            await parsed.InvocationConfiguration.Output.WriteLineAsync(folder);
            return 0;
        });
        return command;
    }
}
