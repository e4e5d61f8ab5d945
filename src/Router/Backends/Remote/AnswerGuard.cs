using System.Net;
using System.Net.Http.Headers;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>Lets in what was asked for, a stream of events, and nothing else: whoever parses it meets no other type, no compression and no page of an error.</summary>
internal sealed class AnswerGuard(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    private const string Events = "text/event-stream";

    /// <exception cref="RemoteException">It is something else, or there is no connection.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            // Its text has addresses.
            throw new RemoteException(FailureKind.Unavailable, $"can't be reached ({error.HttpRequestError})") { Outcome = RemoteFailures.Failed };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RemoteException(FailureKind.Unavailable, "can't be reached (no connection in time)") { Outcome = RemoteFailures.Failed };
        }

        try
        {
            Check(response);
            var body = new StreamContent(new BoundedBody(await response.Content.ReadAsStreamAsync(cancellationToken)));
            body.Headers.ContentType = response.Content.Headers.ContentType;
            response.Content = body;
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private void Check(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw RemoteFailures.Of(response.StatusCode, response.Headers.RetryAfter, time.GetUtcNow());
        }

        var headers = response.Content.Headers;
        if (headers.ContentEncoding.Count > 0)
        {
            throw RemoteFailures.Unreadable("answered compressed, which nobody asked for");
        }

        if (!IsEvents(headers.ContentType))
        {
            throw RemoteFailures.Unreadable("answered with something else than a stream of events in UTF-8");
        }
    }

    private static bool IsEvents(MediaTypeHeaderValue? type) =>
        type is not null && string.Equals(type.MediaType, Events, StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));
}
