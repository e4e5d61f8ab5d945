using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Remote;

/// <summary>A server's copy of what `prepare` wrote, by the names that its files have below the prepared folder.</summary>
internal interface IPublishedFiles
{
    /// <summary>For messages: "https://host/catalogue".</summary>
    string Shown { get; }

    /// <summary>Opens a small file where it changed.</summary>
    /// <param name="name">Below the folder.</param>
    /// <param name="seen">The mark of what the caller read last; empty: nothing.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The whole of it; null while it is what the mark says.</returns>
    /// <exception cref="ContentException">The server is away, or refuses it.</exception>
    Task<PublishedFile?> TryOpenAsync(string name, string seen, CancellationToken cancellation);

    /// <summary>Opens a file whose content is known, at a place.</summary>
    /// <param name="what">For messages.</param>
    /// <param name="name">Below the folder.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<ContentBody> OpenAsync(string what, string name, long bytes, ContentStart start, CancellationToken cancellation);
}

/// <summary>A file on its way.</summary>
/// <param name="Body">All of it.</param>
/// <param name="Mark">Equal as long as it doesn't change; empty: the server has nothing of the kind.</param>
internal sealed record PublishedFile(ContentBody Body, string Mark);
