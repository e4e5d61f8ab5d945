using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Gating.Embeddings;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>
/// A catalogue's bases, adapters and encoders as folders of this host, fetched where they are elsewhere. One URI is fetched once, so that all
/// who name it get one state of it; what was fetched is held until the preparation ends.
/// </summary>
internal sealed class CatalogueFolders(Lazy<ContentFetcher> fetcher, Action<string> progress, CancellationToken cancellation) : IDisposable
{
    private readonly Dictionary<(string Uri, Func<string, bool> Needs), FetchedContent> _fetched = [];

    public BaseEntry Local(BaseEntry entry) => entry with { Path = Folder(entry.Path, $"base {entry.Name}: path", BasePreparer.Needs) };

    /// <param name="place">A folder, or a URI of one.</param>
    /// <param name="what">Whose it is, for messages.</param>
    public string LocalAdapter(string place, string what) => Folder(place, $"{what}: adapter", AdapterPreparer.Needs);

    /// <param name="place">A folder, or a URI of one.</param>
    /// <param name="what">Whose it is, for messages.</param>
    public string LocalEncoder(string place, string what) => Folder(place, what, SentenceEncoder.Reads);

    public void Dispose()
    {
        foreach (var content in _fetched.Values)
        {
            content.Dispose();
        }
    }

    private string Folder(string place, string what, Func<string, bool> needs)
    {
        if (!SourceUri.Is(place))
        {
            return place;
        }

        if (!_fetched.TryGetValue((place, needs), out var content))
        {
            try
            {
                // A preparation is one thread's work from end to end.
                content = fetcher.Value.FetchAsync(place, needs, line => progress($"{what}: {line}"), cancellation)
                    .GetAwaiter().GetResult();
            }
            catch (ContentException error)
            {
                throw new CatalogueException($"{what}: {error.Message}", error);
            }

            _fetched.Add((place, needs), content);
        }

        return content.Path;
    }
}
