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

    /// <param name="expert">One that has an adapter.</param>
    /// <param name="shape">Of its base.</param>
    /// <param name="publisher">Where the copy goes: a copy, since people edit adapters where they lie.</param>
    public static (PreparedFolder Folder, int Rank) Prepare(ExpertEntry expert, ModelShape shape, FolderPublisher publisher)
    {
        string what = $"expert {expert.Name}";
        var sources = Files.ToDictionary(name => name, name => SourceFiles.Real(expert.Adapter!, name, what));
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
