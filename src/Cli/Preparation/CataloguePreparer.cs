using ExpertCluster.Cluster.Catalogue;
using ExpertCluster.Models.Import;

namespace ExpertCluster.Cli.Preparation;

/// <summary>
/// Makes what routers and hosts need out of a catalogue: bases imported, gates trained. Each result is kept under a key
/// of its content, so that the next time costs only the reading.
/// </summary>
internal static class CataloguePreparer
{
    /// <summary>Prepares into the cache.</summary>
    /// <returns>The folder to give to routers and hosts.</returns>
    public static string PrepareCached(string config, Action<string> progress)
    {
        string key = ContentKey.Of(Path.GetFullPath(config));
        string output = Path.Combine(CacheFolder.Root, "prepared", key);
        Prepare(config, CacheFolder.Root, output, progress);
        return output;
    }

    /// <param name="config">The catalogue file.</param>
    /// <param name="artefacts">Where bases and gates are kept, by content.</param>
    /// <param name="output">Where prepared.json goes.</param>
    /// <param name="progress">Told of what takes time.</param>
    public static void Prepare(string config, string artefacts, string output, Action<string> progress)
    {
        var catalogue = CatalogueFile.Load(config);
        Dictionary<string, ImportedModel> bases = new(StringComparer.Ordinal);
        foreach (var entry in catalogue.Bases)
        {
            bases.Add(entry.Name, OpenOrImport(entry, artefacts, progress));
        }

        AdapterCheck.Run(catalogue, bases);
        string? gates = GatePreparer.Prepare(catalogue, bases, artefacts, progress);
        var prepared = new PreparedCatalogue
        {
            Bases = [.. catalogue.Bases.Select(b => new PreparedBase(b.Name, bases[b.Name].Directory, IsGated(catalogue, b.Name)))],
            Experts = [.. catalogue.Bases.Select(b => AsExpert(b, catalogue)), .. catalogue.Experts.Select(AsPrepared)],
            Gates = gates,
        };
        Directory.CreateDirectory(output);
        prepared.Save(output);
    }

    private static ImportedModel OpenOrImport(BaseEntry entry, string artefacts, Action<string> progress)
    {
        if (ImportedModel.IsImported(entry.Path))
        {
            return ImportedModel.Open(entry.Path);
        }

        var options = new ImportOptions();
        string target = Path.Combine(artefacts, "bases", ModelImporter.ContentKey(entry.Path, options));
        if (!Directory.Exists(target))
        {
            progress($"importing base {entry.Name}");
        }

        return ModelImporter.Import(entry.Path, target, options);
    }

    private static bool IsGated(ExpertCatalogue catalogue, string name) => catalogue.Experts.Any(e => e.Base == name && e.IsGated);

    /// <summary>A base is itself a model that can be asked by name, with as many replicas as its busiest expert.</summary>
    private static PreparedExpert AsExpert(BaseEntry entry, ExpertCatalogue catalogue) => new()
    {
        Name = entry.Name,
        Base = entry.Name,
        Description = "The base alone",
        Replicas = catalogue.Experts.Where(e => e.Base == entry.Name).Select(e => e.Replicas).DefaultIfEmpty(1).Max(),
    };

    private static PreparedExpert AsPrepared(ExpertEntry expert) => new()
    {
        Name = expert.Name,
        Base = expert.Base,
        Adapter = expert.Adapter,
        Description = expert.Description,
        Gated = expert.IsGated,
        Replicas = expert.Replicas,
        Pinned = expert.Pinned,
    };
}
