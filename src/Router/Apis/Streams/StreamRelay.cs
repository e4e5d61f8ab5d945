using System.Buffers;
using System.Net;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Resumption;

namespace ExpertCluster.Router.Apis.Streams;

/// <summary>
/// Passes a call on to the router that holds its stream, and that one's answer back, as fast as the caller reads. It calls addresses that <see cref="StreamFinder"/> had from
/// members of the cluster, and a call that was passed on is not passed on again.
/// </summary>
internal sealed partial class StreamRelay(PeerTransport transport, RelaySlots slots, StallGuard stalls, ILogger<StreamRelay> log) : IDisposable
{
    /// <summary>Says that another router passed the call on.</summary>
    public const string Mark = "X-ExpertCluster-Relayed";

    private const int BufferBytes = 16 << 10;

    private static readonly string[] Asked = ["Accept", "Authorization", "Last-Event-ID", "X-Api-Key", "X-Request-Id", "traceparent", "tracestate"];
    private static readonly string[] Answered = ["Cache-Control", "Retry-After", HeldCalls.Header];

    private readonly Lazy<HttpMessageInvoker> _peers = new(() => new HttpMessageInvoker(transport.CreateHandler()));

    /// <param name="http">The call: what it names is asked for in the same words.</param>
    /// <param name="address">Of the router that holds the stream.</param>
    /// <exception cref="Contracts.Failures.RequestFailedException">That router does not answer, or too many calls are passed on.</exception>
    public async Task RunAsync(HttpContext http, string address)
    {
        using var slot = slots.Take();
        using var answer = await AskAsync(http, address);
        await PassAsync(http, answer);
    }

    public void Dispose()
    {
        if (_peers.IsValueCreated)
        {
            _peers.Value.Dispose();
        }
    }

    private async Task<HttpResponseMessage> AskAsync(HttpContext http, string address)
    {
        if (transport.Refuses(address) is { } reason)
        {
            LogLost(log, reason);
            throw RelaySlots.Silent();
        }

        using var asked = new HttpRequestMessage(new HttpMethod(http.Request.Method), new Uri(new Uri(address), http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent()))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        asked.Headers.Add(Mark, "1");
        foreach (string name in Asked)
        {
            if (http.Request.Headers.TryGetValue(name, out var values))
            {
                asked.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        try
        {
            return await _peers.Value.SendAsync(asked, http.RequestAborted);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            LogLost(log, OneLine.Of(error));
            throw RelaySlots.Silent();
        }
    }

    private async Task PassAsync(HttpContext http, HttpResponseMessage answer)
    {
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        foreach (string name in Answered)
        {
            if (answer.Headers.TryGetValues(name, out var values))
            {
                http.Response.Headers[name] = values.ToArray();
            }
        }

        if (answer.StatusCode == HttpStatusCode.NoContent)
        {
            return;
        }

        http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseBodyFeature>()?.DisableBuffering();
        await stalls.WaitAsync(http.Response.BodyWriter.FlushAsync(http.RequestAborted).AsTask(), http);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var events = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
            while (await events.ReadAsync(buffer, http.RequestAborted) is > 0 and var count)
            {
                http.Response.BodyWriter.Write(buffer.AsSpan(0, count));
                await stalls.WaitAsync(http.Response.BodyWriter.FlushAsync(http.RequestAborted).AsTask(), http);
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // A cut connection tells a cut stream from a whole one: the caller comes back, or learns that it is gone.
            LogLost(log, OneLine.Of(error));
            http.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LoggerMessage(3721, LogLevel.Warning, "A stream of another router was lost: {Reason}")]
    private static partial void LogLost(ILogger log, string reason);
}
