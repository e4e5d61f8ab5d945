using System.Net;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Remote;

/// <summary>A prepared folder that a server publishes: what `prepare` wrote, below an address.</summary>
internal sealed record RemoteCatalogue(RemoteOrigin Origin, RemoteContent Content)
{
    /// <summary>Requests wait for what is fetched: who can't have it soon is told so, and asks again or elsewhere.</summary>
    private const int MostAttempts = 3;

    /// <param name="uri">https://HOST/FOLDER/ or s3://BUCKET/PREFIX.</param>
    /// <param name="needsGate">Whether the request gate is brought before a catalogue is taken.</param>
    /// <param name="settings">Of sources and store.</param>
    /// <param name="store">The store's folder, unless a setting names another.</param>
    /// <param name="time">For limits of time.</param>
    /// <exception cref="Contracts.SetupException">It is no such URI, a setting is wrong, or there can be no store.</exception>
    public static RemoteCatalogue Open(string uri, bool needsGate, SourceEnvironment settings, string store, TimeProvider time)
    {
        var options = settings.SourceOptions();
        options = options with
        {
            Attempts = Math.Min(options.Attempts, MostAttempts),
            AllowedHosts = options.AllowedHosts.With(options.BucketEndpoint),
        };
        var http = new SourceHttp(options, () => new GuardedHandler(options, Dns.GetHostAddressesAsync, time), time);
        return Open(FilesAt(uri, http), needsGate, options, new ModelStore(settings.StoreOptions(store), time), time);
    }

    public static RemoteCatalogue Open(IPublishedFiles files, bool needsGate, SourceOptions options, ModelStore store, TimeProvider time)
    {
        var content = new RemoteContent(files, new ContentFetcher(options, new ContentSources([]), store, time), options.MaxBytes);
        var kept = new KeptCatalogue(store.Options.Folder, files.Shown);
        return new RemoteCatalogue(new RemoteOrigin(files, content, kept, needsGate, options, time), content);
    }

    /// <exception cref="CatalogueException">It is no such URI.</exception>
    public static IPublishedFiles FilesAt(string uri, SourceHttp http)
    {
        if (SourceUri.ProblemOf(uri) is { } problem)
        {
            throw new CatalogueException($"the catalogue's address {SourceUri.Shown(uri)} {problem}");
        }

        if (BucketSource.Parse(uri) is var (bucket, prefix))
        {
            return new BucketFiles(new BucketObjects(http), bucket, prefix);
        }

        return Uri.TryCreate(uri.EndsWith('/') ? uri : uri + "/", UriKind.Absolute, out var folder)
            && folder is { UserInfo: "", Query: "", Fragment: "", Scheme: "https" or "http", Host.Length: > 0 }
            ? new WebFiles(http, folder)
            : throw new CatalogueException($"the catalogue's address {SourceUri.Shown(uri)} must be https://HOST/FOLDER/ or s3://BUCKET/PREFIX, without a user or a query");
    }
}
