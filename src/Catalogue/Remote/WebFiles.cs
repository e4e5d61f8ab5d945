using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Remote;

/// <summary>https://HOST/FOLDER/: any server of static files.</summary>
internal sealed class WebFiles(SourceHttp http, Uri folder) : IPublishedFiles
{
    /// <summary>Longer ones are not kept: a server may call its content what it likes.</summary>
    private const int LongestMark = 256;

    public string Shown { get; } = folder.GetLeftPart(UriPartial.Path).TrimEnd('/');

    public async Task<PublishedFile?> TryOpenAsync(string name, string seen, CancellationToken cancellation)
    {
        var ask = new HttpAsk($"{Shown}/{name}", UriOf(name));
        bool isAsked = EntityTagHeaderValue.TryParse(seen, out var tag);
        var response = await http.SendAsync(ask, request => Condition(request, tag), cancellation);
        try
        {
            if (isAsked && response.StatusCode == HttpStatusCode.NotModified)
            {
                response.Dispose();
                return null;
            }

            http.RequireOk(ask, response);
            string mark = MarkOf(response);
            if (mark.Length > 0 && mark == seen)
            {
                // A server that knows no conditions: its body is not read.
                response.Dispose();
                return null;
            }

            var body = await http.BodyAsync(ask.What, response, long.MaxValue, cancellation);
            return new PublishedFile(new ContentBody(body, response, 0, response.Content.Headers.ContentLength, validator: null), mark);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    public Task<ContentBody> OpenAsync(string what, string name, long bytes, ContentStart start, CancellationToken cancellation) =>
        HttpDownload.OpenAsync(http, new HttpAsk(what, UriOf(name)), start, cancellation);

    private static void Condition(HttpRequestMessage request, EntityTagHeaderValue? tag)
    {
        // A cache on the way asks the server, too.
        request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        if (tag is not null)
        {
            request.Headers.IfNoneMatch.Add(tag);
        }
    }

    /// <summary>The ETag; else the time, which has seconds only, and the size. Whoever relies on these looks at the content now and then.</summary>
    private static string MarkOf(HttpResponseMessage response)
    {
        string mark = response.Headers.ETag is { } tag ? tag.ToString()
            : response.Content.Headers.LastModified is { } time ? FormattableString.Invariant($"{time.UtcTicks} {response.Content.Headers.ContentLength}")
            : "";
        return mark.Length <= LongestMark ? mark : "";
    }

    /// <summary>A name's own '?' and '#' are no more than that.</summary>
    private Uri UriOf(string name) => new(folder, string.Join('/', name.Split('/').Select(Uri.EscapeDataString)));
}
