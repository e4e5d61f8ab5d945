using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>Opens a file of a server at a place (RFC 9110, Range and If-Range), or whole where the server can't do that.</summary>
internal static class HttpDownload
{
    public delegate Task<HttpResponseMessage> Send(HttpAsk ask, Action<HttpRequestMessage>? prepare, CancellationToken cancellation);

    public static Task<ContentBody> OpenAsync(SourceHttp http, HttpAsk ask, ContentStart start, CancellationToken cancellation) =>
        OpenAsync(http, http.SendAsync, ask, start, cancellation);

    /// <param name="send">Sends the question: the one of <paramref name="http"/>, or one that knows logins.</param>
    public static async Task<ContentBody> OpenAsync(SourceHttp http, Send send, HttpAsk ask, ContentStart start, CancellationToken cancellation)
    {
        var response = await send(
            ask,
            request =>
            {
                if (start.Offset > 0)
                {
                    request.Headers.Range = new RangeHeaderValue(start.Offset, null);
                    request.Headers.IfRange = start.Validator is { } tag && EntityTagHeaderValue.TryParse(tag, out var parsed) ? new RangeConditionHeaderValue(parsed) : null;
                }
            },
            cancellation);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && start.Offset > 0)
        {
            // The content became shorter.
            response.Dispose();
            return await OpenAsync(http, send, ask, default, cancellation);
        }

        try
        {
            http.RequireOk(ask, response);
            bool isPart = response.StatusCode == HttpStatusCode.PartialContent;
            var range = response.Content.Headers.ContentRange;
            if (isPart && range?.From is null)
            {
                throw new ContentException($"{ask.What}: the server sent a part and doesn't say which");
            }

            return new ContentBody(
                await http.BodyAsync(ask.What, response, long.MaxValue, cancellation),
                response,
                isPart ? range!.From!.Value : 0,
                isPart ? range!.Length : response.Content.Headers.ContentLength,
                response.Headers.ETag is { IsWeak: false, Tag: var own } ? own : null);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
