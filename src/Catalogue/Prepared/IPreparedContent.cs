namespace ExpertCluster.Catalogue.Prepared;

/// <summary>
/// What bases, adapters and gates consist of, ready to be read: a prepared folder of this host, or one that is published elsewhere and
/// read into the host's model store as it is needed.
/// </summary>
public interface IPreparedContent
{
    /// <summary>Whether files stay where they are when their place is given back: a folder's do, a store may throw them away.</summary>
    bool Stays { get; }

    /// <summary>The files of one folder, each compared with its digest.</summary>
    /// <param name="folder">Of the catalogue.</param>
    /// <param name="what">Whose folder it is, for the message: "base demo".</param>
    /// <param name="below">Only the files whose names begin with this, as "request/"; empty: all of them.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="CatalogueException">They are not what was prepared, or can't be had; no retry helps.</exception>
    /// <exception cref="Store.ContentException">They can't be had just now.</exception>
    Task<PreparedPlace> OpenAsync(PreparedFolder folder, string what, string below, CancellationToken cancellation);
}
