namespace ExpertCluster.Catalogue.Prepared;

/// <summary>A prepared folder of this host: its files are read where they lie.</summary>
public sealed class FolderContent : IPreparedContent
{
    public bool Stays => true;

    public Task<PreparedPlace> OpenAsync(PreparedFolder folder, string what, string below, CancellationToken cancellation) =>
        Task.Run(() => new PreparedPlace(folder.Check(what, below), lease: null), cancellation);
}
