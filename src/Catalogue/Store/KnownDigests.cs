using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Store;

/// <summary>
/// What the digests of keys turned out to be, for sources that don't say them. A file a key; of too many, those go that were written
/// first. To be used behind the gate.
/// </summary>
internal sealed class KnownDigests(StoreLayout layout, int most)
{
    private const int MostBytes = 127;

    public string? Find(string key)
    {
        string file = PathOf(key);
        try
        {
            return RegularFile.Exists(file) && RegularFile.ReadAllText(file, MostBytes) is var text && ContentHash.IsSha256(text) ? text : null;
        }
        catch (FileRefusedException)
        {
            return null;
        }
    }

    public void Add(string key, string sha256)
    {
        string draft = PathOf(key) + ".new";
        File.WriteAllText(draft, sha256);
        File.Move(draft, PathOf(key), overwrite: true);
        var all = new DirectoryInfo(layout.Known).GetFiles();
        if (all.Length > most)
        {
            // Half of them at once, so that the folder isn't sorted for each.
            foreach (var old in all.OrderBy(f => f.LastWriteTimeUtc).Take(all.Length - (most / 2)))
            {
                old.Delete();
            }
        }
    }

    private string PathOf(string key) => Path.Combine(layout.Known, StoreLayout.NameOf(key));
}
