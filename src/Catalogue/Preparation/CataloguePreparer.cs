using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Models.Import;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>
/// Makes what routers and hosts need out of a catalogue: one folder with bases, adapters and gates, which needs nothing outside
/// of itself. What takes long, imports and training, is kept in the cache by the content that it was made from.
/// </summary>
public static class CataloguePreparer
{
    /// <summary>Prepares into the cache.</summary>
    /// <returns>The folder to give to routers and hosts.</returns>
    public static string PrepareCached(string config, Action<string> progress, CancellationToken cancellation = default)
    {
        string output = Path.Combine(CacheFolder.Root, "prepared", ContentKey.Of(Path.GetFullPath(config)));
        Prepare(config, CacheFolder.Root, output, progress, cancellation);
        return output;
    }

    /// <summary>
    /// 1. Waits for whoever prepares with the same folders. 2. Bases, adapters, gates: each is fetched where it is elsewhere, and put
    /// below the output where it is not there yet, under the digest of its content. 3. Replaces prepared.json, which is what makes the new catalogue the
    /// current one; what an earlier one names stays, since processes may run on it. Where gates must be trained, and an earlier catalogue is there, the new
    /// one appears first with the earlier gates: by name an expert is served before the gate knows it.
    /// </summary>
    /// <param name="config">The catalogue file.</param>
    /// <param name="cache">Where imports and trained gates are kept.</param>
    /// <param name="output">The folder to give to routers and hosts.</param>
    /// <param name="progress">Told of what takes time.</param>
    /// <param name="cancellation">Ends the waiting for others, and what is being fetched.</param>
    /// <param name="fetcher">Brings what stands as a URI; null: one that the environment describes, with its store in the cache.</param>
    /// <returns>Whether prepared.json changed.</returns>
    public static bool Prepare(
        string config, string cache, string output, Action<string> progress, CancellationToken cancellation, ContentFetcher? fetcher = null)
    {
        // Not before a catalogue names a URI: one without needs no store, and no word of the environment about sources.
        var remote = new Lazy<ContentFetcher>(() => fetcher ?? CacheFetcher.Create(cache));
        var catalogue = CatalogueFile.Load(config, uri => remote.Value.ProblemOf(uri));

        // 1.
        using var cacheLock = Take(cache);
        using var outputLock = Path.GetFullPath(cache) == Path.GetFullPath(output) ? null : Take(output);
        RemoveDrafts(output);

        // 2.
        using var folders = new CatalogueFolders(remote, progress, cancellation);
        var publisher = new FolderPublisher(output, progress);
        var basePreparer = new BasePreparer(cache, publisher, progress);
        Dictionary<string, (PreparedFolder Folder, ImportedModel Model)> bases = new(StringComparer.Ordinal);
        foreach (var entry in catalogue.Bases)
        {
            cancellation.ThrowIfCancellationRequested();
            bases.Add(entry.Name, basePreparer.Prepare(folders.Local(entry)));
        }

        PreparedExpert[] experts = [.. catalogue.Experts.Select(e => AsPrepared(folders.Local(e), bases[e.Base].Model, publisher))];
        cancellation.ThrowIfCancellationRequested();
        var made = new PreparedCatalogue
        {
            Bases = [.. catalogue.Bases.Select(b => new PreparedBase(b.Name, bases[b.Name].Folder, IsGated(catalogue, b.Name)))],
            Experts = [.. catalogue.Bases.Select(b => AsExpert(b, catalogue)), .. experts],
        };
        bool early = false;
        var gates = GatePreparer.Prepare(
            catalogue, bases.ToDictionary(b => b.Key, b => b.Value.Model), cache, publisher, progress, () => early = SaveEarly(made, output));

        // 3.
        return (made with { Gates = gates }).Save(output) || early;

        FolderLock Take(string folder) => FolderLock.Take(folder, () => progress($"waiting for another preparation in {folder}"), cancellation);
    }

    /// <summary>With the gates of the catalogue that is there, for the bases that they were made for.</summary>
    private static bool SaveEarly(PreparedCatalogue made, string output)
    {
        if (!File.Exists(Path.Combine(output, PreparedCatalogue.FileName)))
        {
            return false;
        }

        PreparedCatalogue before;
        try
        {
            before = PreparedCatalogue.Load(output);
        }
        catch (CatalogueException)
        {
            // Damaged, or of another version: nobody serves by it.
            return false;
        }

        return (made with
        {
            Gates = before.Gates,
            Bases = [.. made.Bases.Select(b => b with { HasTokenGate = before.Bases.Any(old => old.HasTokenGate && old.Name == b.Name && old.Folder.Path == b.Folder.Path) })],
        }).Save(output);
    }

    /// <summary>Of a preparation that was killed.</summary>
    private static void RemoveDrafts(string output)
    {
        foreach (string draft in Directory.EnumerateFiles(output, PreparedCatalogue.DraftPrefix + "*"))
        {
            File.Delete(draft);
        }
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

    private static PreparedExpert AsPrepared(ExpertEntry expert, ImportedModel model, FolderPublisher publisher)
    {
        string what = $"expert {expert.Name}";
        var (adapter, rank) = expert.Adapter is null ? (null, 0) : AdapterPreparer.Prepare(expert.Adapter, what, model.Shape, publisher);
        return new()
        {
            Name = expert.Name,
            Base = expert.Base,
            Adapter = adapter,
            Rank = rank,
            Description = expert.Description,
            Gated = expert.IsGated,
            Replicas = expert.Replicas,
            MaxReplicas = expert.MaxReplicas,
            Hosts = expert.Hosts,
            Labels = expert.Labels,
            Pinned = expert.Pinned,
            Canary = AsPrepared(expert.Canary, $"{what}: canary", model, publisher),
            Shadow = AsPrepared(expert.Shadow, $"{what}: shadow", model, publisher),
        };
    }

    private static PreparedVersion? AsPrepared(VersionEntry? version, string what, ImportedModel model, FolderPublisher publisher)
    {
        if (version is null)
        {
            return null;
        }

        var (adapter, rank) = AdapterPreparer.Prepare(version.Adapter, what, model.Shape, publisher);
        return new PreparedVersion { Adapter = adapter, Rank = rank, Percent = version.Percent };
    }
}
