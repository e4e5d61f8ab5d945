using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>
/// Copies a catalogue's adapters into the prepared folder and reads each once, so that a wrong one is told here and not by a
/// host at two in the morning.
/// </summary>
internal static class AdapterPreparer
{
    private static readonly string[] Files = ["adapter_config.json", PeftAdapter.TensorFile];

    /// <summary>What is fetched of an adapter.</summary>
    public static bool Needs(string file) => Files.Contains(file);

    /// <param name="adapter">A folder of this host.</param>
    /// <param name="what">Whose it is, for messages: "expert law".</param>
    /// <param name="shape">Of its base.</param>
    /// <param name="publisher">Where the copy goes: a copy, since people edit adapters where they lie.</param>
    public static (PreparedFolder Folder, int Rank) Prepare(string adapter, string what, ModelShape shape, FolderPublisher publisher)
    {
        if (!Path.Exists(Path.Combine(adapter, PeftAdapter.TensorFile)) && OtherFormats.Advice(adapter) is { Length: > 0 } advice)
        {
            throw new CatalogueException($"{what}: {PeftAdapter.TensorFile} is missing{advice}");
        }

        var sources = Files.ToDictionary(name => name, name => SourceFiles.Real(adapter, name, what));
        var folder = publisher.Publish(
            PreparedFolder.Of(PreparedFolder.Adapters, sources.Select(s => PreparedFile.Describe(s.Value, s.Key))),
            what,
            (name, target) => HardLink.Copy(sources[name], target));
        try
        {
            return (folder, PeftAdapter.Load(folder.Location, shape).Rank);
        }
        catch (CheckpointException error)
        {
            throw new CatalogueException($"{what}: {error.Message}", error);
        }
    }
}
