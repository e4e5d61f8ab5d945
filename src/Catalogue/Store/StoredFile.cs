using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Store;

/// <summary>A file of the store that somebody uses: while this is held, by whatever process, the file stays.</summary>
public sealed class StoredFile : IDisposable
{
    private readonly StoreLayout _layout;
    private readonly FileStream _lease;

    /// <param name="layout">Of the store.</param>
    /// <param name="sha256">Of an object that is there.</param>
    /// <param name="lease">Shared; this one's from now on.</param>
    internal StoredFile(StoreLayout layout, string sha256, FileStream lease)
    {
        (_layout, Sha256, _lease) = (layout, sha256, lease);
        Path = layout.Object(sha256);
        Bytes = new FileInfo(Path).Length;
    }

    /// <summary>Absolute; to be read only.</summary>
    public string Path { get; }

    public string Sha256 { get; }

    public long Bytes { get; }

    public void Dispose() => _lease.Dispose();

    /// <summary>The same file for another holder.</summary>
    internal StoredFile Again() => new(_layout, Sha256, FileLock.Share(_layout.Lease(Sha256)));
}
