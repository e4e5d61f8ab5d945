using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>The fetcher that the environment describes, with its store in the cache unless that says another place.</summary>
internal static class CacheFetcher
{
    public static ContentFetcher Create(string cache)
    {
        var options = SourceEnvironment.OfProcess.SourceOptions();
        var store = new ModelStore(SourceEnvironment.OfProcess.StoreOptions(Path.Combine(cache, CacheFolder.Store)), TimeProvider.System);
        return new ContentFetcher(options, ContentSources.Create(options, TimeProvider.System), store, TimeProvider.System);
    }
}
