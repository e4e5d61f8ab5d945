using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>
/// Deletes folders of a prepared one that no catalogue has named for long. Routers see a new catalogue within a second or a minute, streams end within a call's
/// time, and until then a host may read what its own last catalogues named: the time is to be far longer than all of these. A base that still runs
/// somewhere is in memory, or its deleted files are until it ends. For whoever holds the output's lock.
/// </summary>
internal sealed class PreparedDisuse(string output)
{
    /// <summary>In the prepared folder; nobody but who prepares reads it.</summary>
    private const string RecordName = ".unused.json";

    private readonly DisuseRecord _record = new(Path.Combine(output, RecordName));

    /// <returns>How many went.</returns>
    public int Forget(DateTimeOffset now, TimeSpan after)
    {
        if (!File.Exists(Path.Combine(output, PreparedCatalogue.FileName)))
        {
            return 0;
        }

        PreparedCatalogue catalogue;
        try
        {
            catalogue = PreparedCatalogue.Load(output);
        }
        catch (CatalogueException)
        {
            // Nobody knows what it names.
            return 0;
        }

        HashSet<string> named = [.. catalogue.Named().Select(n => n.Folder.Path)];
        string[] unused =
        [
            .. PreparedFolder.Kinds.Where(kind => Directory.Exists(Path.Combine(output, kind)))
                .SelectMany(kind => Directory.EnumerateDirectories(Path.Combine(output, kind)).Select(folder => $"{kind}/{Path.GetFileName(folder)}"))
                .Where(folder => !named.Contains(folder)),
        ];
        int gone = 0;
        foreach (string folder in _record.Overdue(unused, now, after))
        {
            // Out of the way at once: nobody finds half of it. What a killed process leaves there, the next preparation deletes.
            string stage = Path.Combine(output, $"{FolderPublisher.StagePrefix}{Guid.NewGuid():N}");
            Directory.Move(Path.Combine(output, folder), stage);
            Directory.Delete(stage, recursive: true);
            gone++;
        }

        return gone;
    }
}
