using System.Net;
using System.Net.Http;
using ExpertCluster.Contracts;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>The kinds of sources, by the scheme of their URIs.</summary>
public sealed class ContentSources(IEnumerable<IContentSource> sources)
{
    private readonly PolicySet<IContentSource> _sources = new(sources);

    /// <summary>The product's own.</summary>
    /// <param name="options">Their endpoints count as allowed hosts.</param>
    /// <param name="time">For limits of time.</param>
    /// <param name="resolve">Null: the system's resolver.</param>
    public static ContentSources Create(SourceOptions options, TimeProvider time, HostResolver? resolve = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options with { AllowedHosts = options.AllowedHosts.With(options.HubEndpoint).With(options.BucketEndpoint) };
        return Create(options, time, () => new GuardedHandler(options, resolve ?? Dns.GetHostAddressesAsync, time));
    }

    internal static ContentSources Create(SourceOptions options, TimeProvider time, Func<HttpMessageHandler> newHandler)
    {
        var http = new SourceHttp(options, newHandler, time);
        return new ContentSources([new FolderSource(options), new HubSource(http), new BucketSource(http), new RegistrySource(http), new SumsSource(http)]);
    }

    /// <returns>The end of a sentence that begins with the URI's place, or null where a source can read it.</returns>
    public string? ProblemOf(string uri) =>
        SourceUri.ProblemOf(uri) ?? (Find(uri) is { } source ? source.ProblemOf(uri) : $"has the scheme '{SourceUri.SchemeOf(uri)}'; known are {string.Join(", ", _sources.Names)}");

    public IContentSource? Find(string uri) => _sources.Find(SourceUri.SchemeOf(uri));
}
