namespace ExpertCluster.Catalogue.Prepared;

/// <summary>A prepared folder of this host.</summary>
internal sealed class FolderOrigin(string path) : IPreparedOrigin
{
    public TimeSpan Period => TimeSpan.FromMilliseconds(250);

    public Task<PreparedLook?> LookAsync(string seen, CancellationToken cancellation)
    {
        // The stamp first: what changes while the file is read is read again.
        string now = FileStamp.Of(Path.Combine(path, PreparedCatalogue.FileName));
        return Task.FromResult(now == seen ? null : new PreparedLook(PreparedCatalogue.Load(path), now, held: null));
    }
}
