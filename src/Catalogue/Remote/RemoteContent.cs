using System.Net.Http;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Remote;

/// <summary>
/// Files of a published catalogue, brought into the model store by their digests when they are needed. While a place is held its files
/// stay there, whatever else needs room.
/// </summary>
internal sealed class RemoteContent(IPublishedFiles files, ContentFetcher fetcher, long maxBytes) : IPreparedContent
{
    public bool Stays => false;

    public async Task<PreparedPlace> OpenAsync(PreparedFolder folder, string what, string below, CancellationToken cancellation)
    {
        ContentEntry[] entries = [.. folder.Files.Where(f => f.Name.StartsWith(below, StringComparison.Ordinal)).Select(f => new ContentEntry(f.Name, AskFor(folder, f, what)))];
        if (entries.Length == 0)
        {
            throw new CatalogueException($"{what}: {PreparedCatalogue.FileName} lists no files of it");
        }

        try
        {
            var content = await fetcher.FetchAsync(what, entries, cancellation);
            return new PreparedPlace(content.Path, content);
        }
        catch (ContentException error) when (!IsPassing(error))
        {
            throw new CatalogueException(error.Message, error);
        }
    }

    private ContentAsk AskFor(PreparedFolder folder, PreparedFile file, string what)
    {
        string named = $"{what}: {file.Name}";
        return new ContentAsk
        {
            What = named,
            Key = $"sha256 {file.Sha256}",
            Sha256 = file.Sha256,
            Bytes = file.Bytes,
            MaxBytes = maxBytes,
            Open = (start, stop) => files.OpenAsync(named, $"{folder.Path}/{file.Name}", file.Bytes, start, stop),
        };
    }

    /// <summary>Whether the reason is the server's, the line's or this host's own, which may be gone later or elsewhere, and not the content's.</summary>
    private static bool IsPassing(ContentException error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is ContentException { RetryHelps: true } or HttpRequestException or OperationCanceledException or IOException or UnauthorizedAccessException)
            {
                return true;
            }
        }

        return false;
    }
}
