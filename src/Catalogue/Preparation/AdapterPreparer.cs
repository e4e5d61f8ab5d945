using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>
/// Copies a catalogue's adapters into the prepared folder and reads each once, so that a wrong one is told here and not by a
/// host at two in the morning.
/// </summary>
internal static class AdapterPreparer
{
    /// <summary>The default of a host's AdapterRank, which only the host itself knows.</summary>
    internal const int HostRank = 16;

    private static readonly string[] Files = ["adapter_config.json", PeftAdapter.TensorFile];

    /// <summary>What is fetched of an adapter.</summary>
    public static bool Needs(string file) => Files.Contains(file) || FoundTemplate.Files.Contains(file);

    /// <param name="adapter">A folder of this host.</param>
    /// <param name="what">Whose it is, for messages: "expert law".</param>
    /// <param name="model">Its base.</param>
    /// <param name="publisher">Where the copy goes: a copy, since people edit adapters where they lie.</param>
    /// <param name="progress">Told where hosts need another setting than their default.</param>
    public static (PreparedFolder Folder, int Rank) Prepare(string adapter, string what, ImportedModel model, FolderPublisher publisher, Action<string> progress)
    {
        if (!Path.Exists(Path.Combine(adapter, PeftAdapter.TensorFile)) && OtherFormats.Advice(adapter) is { Length: > 0 } advice)
        {
            throw new CatalogueException($"{what}: {PeftAdapter.TensorFile} is missing{advice}");
        }

        var sources = Files.Concat(TemplateFiles(adapter, what, model, progress)).ToDictionary(name => name, name => SourceFiles.Real(adapter, name, what));
        var folder = publisher.Publish(
            PreparedFolder.Of(PreparedFolder.Adapters, sources.Select(s => PreparedFile.Describe(s.Value, s.Key))),
            what,
            (name, target) => HardLink.Copy(sources[name], target));
        try
        {
            int rank = PeftAdapter.Load(folder.Location, model.Shape).Rank;
            if (rank > HostRank)
            {
                progress($"{what} has rank {rank}: hosts need ExpertCluster:Runtime:AdapterRank of {rank} or more, which is {HostRank} unless it is set");
            }

            return (folder, rank);
        }
        catch (CheckpointException error)
        {
            throw new CatalogueException($"{what}: {error.Message}", error);
        }
    }

    /// <summary>Those of a template of its own; trainers often save the base's tokenizer along, without one.</summary>
    private static string[] TemplateFiles(string adapter, string what, ImportedModel model, Action<string> progress)
    {
        string[] files = [.. FoundTemplate.Files.Where(name => Path.Exists(Path.Combine(adapter, name)))];
        foreach (string name in files)
        {
            _ = SourceFiles.Real(adapter, name, what);
        }

        var own = files.Length == 0 ? FoundTemplate.None : FoundTemplate.Own(adapter, model);
        if (own.Problem is { } problem)
        {
            progress($"{what} takes prompts only where it is asked by name, as its own chat template can't be used: {problem}");
        }

        try
        {
            own.Template?.Probe();
        }
        catch (ChatTemplateException error)
        {
            throw new CatalogueException($"{what}: {error.Message}", error);
        }

        return own.IsThere ? files : [];
    }
}
