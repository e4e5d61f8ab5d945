using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Remote;

/// <summary>
/// The prepared.json that was taken last from a place, beside the model store: what a process starts from while nobody can be asked.
/// </summary>
/// <param name="store">The store's folder; several processes may share it.</param>
/// <param name="place">Where it comes from.</param>
internal sealed class KeptCatalogue(string store, string place)
{
    /// <summary>Of a store that was used for one place after the other.</summary>
    private const int MostKept = 16;

    private readonly string _file = Path.Combine(store, "catalogues", StoreLayout.NameOf(place) + ".json");

    /// <summary>Null: there is none that can be used.</summary>
    public PreparedCatalogue? Find()
    {
        try
        {
            return RegularFile.Exists(_file) ? PreparedCatalogue.Parse(place, _file, RegularFile.ReadAllBytes(_file, PreparedCatalogueFile.LargestFile)) : null;
        }
        catch (Exception error) when (error is CatalogueException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Put(byte[] bytes)
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(_file)!);
        string draft = $"{_file}.{Guid.NewGuid():N}.new";
        try
        {
            folder.Create();
            File.WriteAllBytes(draft, bytes);
            File.Move(draft, _file, overwrite: true);
            foreach (var old in folder.GetFiles().OrderByDescending(f => f.LastWriteTimeUtc).Skip(MostKept))
            {
                old.Delete();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next start waits for the server, then; nothing that runs needs it.
        }
    }
}
