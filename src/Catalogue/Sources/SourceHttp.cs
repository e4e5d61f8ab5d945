using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>A question to a server.</summary>
/// <param name="What">For messages, without a secret: "hf://org/repo".</param>
internal sealed record HttpAsk(string What, Uri Uri)
{
    /// <summary>Sent to <see cref="Uri"/>'s own origin only, whatever it redirects to.</summary>
    public AuthenticationHeaderValue? Login { get; init; }

    public IReadOnlyList<string> Accept { get; init; } = [];
}

/// <summary>HTTP as sources speak it: redirects followed one by one, bodies bounded.</summary>
/// <param name="options">Its limits.</param>
/// <param name="newHandler">What requests pass; <see cref="GuardedHandler"/>, or a test's.</param>
/// <param name="time">For limits of time.</param>
internal sealed class SourceHttp(SourceOptions options, Func<HttpMessageHandler> newHandler, TimeProvider time) : IDisposable
{
    private readonly HttpClient _client = new(newHandler()) { Timeout = Timeout.InfiniteTimeSpan };

    public SourceOptions Options => options;

    /// <summary>For packages that bring a client of their own.</summary>
    public HttpMessageHandler NewHandler() => newHandler();

    /// <returns>An answer that is no redirect, its headers read.</returns>
    public async Task<HttpResponseMessage> SendAsync(HttpAsk ask, Action<HttpRequestMessage>? prepare, CancellationToken cancellation)
    {
        var uri = ask.Uri;
        for (int redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("ExpertCluster", null));
            foreach (string type in ask.Accept)
            {
                request.Headers.Accept.ParseAdd(type);
            }

            prepare?.Invoke(request);
            request.Headers.Authorization = IsSameOrigin(uri, ask.Uri) ? ask.Login : null;
            var response = await SendOnceAsync(ask, request, cancellation);
            if (!IsRedirect(response))
            {
                return response;
            }

            using (response)
            {
                uri = Next(ask, uri, response, redirects);
            }
        }
    }

    /// <summary>Reads a list of any form.</summary>
    public async Task<byte[]> ReadAsync(HttpAsk ask, CancellationToken cancellation)
    {
        using var response = await SendAsync(ask, prepare: null, cancellation);
        RequireOk(ask, response);
        return await ReadAsync(ask, response, cancellation);
    }

    public async Task<byte[]> ReadAsync(HttpAsk ask, HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var body = await BodyAsync(ask.What, response, options.MaxListingBytes, cancellation);
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, cancellation);
        return bytes.ToArray();
    }

    /// <summary>Reads JSON of a bounded size and depth.</summary>
    public async Task<JsonDocument> ReadJsonAsync(HttpAsk ask, CancellationToken cancellation) =>
        ParseJson(ask.What, await ReadAsync(ask, cancellation));

    public static JsonDocument ParseJson(string what, byte[] body)
    {
        try
        {
            var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new ContentException($"{what}: the answer is no JSON object");
        }
        catch (JsonException error)
        {
            throw new ContentException($"{what}: the answer is no JSON", error);
        }
    }

    public async Task<Stream> BodyAsync(string what, HttpResponseMessage response, long most, CancellationToken cancellation) =>
        new PatientBody(await response.Content.ReadAsStreamAsync(cancellation), what, options.StallTimeout, most, time);

    /// <exception cref="ContentException">The server refused or failed.</exception>
    public void RequireOk(HttpAsk ask, HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            throw Failure(ask.What, response.StatusCode, response.Headers.RetryAfter);
        }
    }

    public ContentException Failure(string what, HttpStatusCode status, RetryConditionHeaderValue? retryAfter)
    {
        string meaning = status switch
        {
            HttpStatusCode.Unauthorized => ": it wants a login, or another one",
            HttpStatusCode.Forbidden => ": it is not for this login",
            HttpStatusCode.NotFound => ": there is no such thing",
            _ => "",
        };
        return new ContentException($"{what}: the server answered {(int)status}{meaning}")
        {
            RetryHelps = status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
                || ((int)status >= 500 && status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported)),
            RetryAfter = retryAfter?.Delta ?? (retryAfter?.Date - time.GetUtcNow()),
        };
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendOnceAsync(HttpAsk ask, HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (ContentException error)
        {
            throw new ContentException($"{ask.What}: {error.Message}", error) { RetryHelps = error.RetryHelps };
        }
    }

    private Uri Next(HttpAsk ask, Uri from, HttpResponseMessage response, int redirects)
    {
        if (redirects >= options.MaxRedirects)
        {
            throw new ContentException($"{ask.What}: more than {options.MaxRedirects} redirects ({SourceEnvironment.MaxRedirects})");
        }

        var next = new Uri(from, response.Headers.Location!);
        return from.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps
            ? throw new ContentException($"{ask.What}: {from.IdnHost} redirects from https to {next.Scheme}")
            : next;
    }

    private static bool IsRedirect(HttpResponseMessage response) =>
        (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is not null;

    private static bool IsSameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
