using System.Buffers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Router.Resumption;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Router.Apis;

/// <summary>
/// Streams answers over HTTP: to their caller alone, or, where the caller asks for it (header <see cref="Header"/>), held under an id, by which they can be asked for again.
/// </summary>
internal sealed class StreamAnswers(HeldStreams held, StreamFinder finder, StallGuard stalls)
{
    /// <summary>Asks for a stream to be held, and says under which id. The name is llama.cpp's.</summary>
    public const string Header = "X-Conversation-Id";

    /// <summary>Of streams that are held because of that header.</summary>
    public const string Kind = "stream";

    /// <summary>The router shall make an id.</summary>
    private const string Made = "auto";

    /// <summary>Whether a streamed answer is to outlive its call.</summary>
    public static bool AreHeld(HttpContext http) => !StringValues.IsNullOrEmpty(http.Request.Headers[Header]);

    /// <param name="http">The call.</param>
    /// <param name="requestId">Of the request.</param>
    /// <param name="produce">Writes the events.</param>
    /// <exception cref="RequestFailedException">It failed before the first event.</exception>
    public async Task RunAsync(HttpContext http, string requestId, Func<IEventTarget, CancellationToken, Task> produce)
    {
        if (!AreHeld(http))
        {
            await produce(new ResponseTarget(http, stalls), http.RequestAborted);
            return;
        }

        string id = IdOf(http, requestId);
        using var reader = held.Begin(id, Kind, (stream, cancellation) => produce(new HeldTarget(stream, isNumbered: true), cancellation));
        if (StreamIds.RouterOf(id) is null)
        {
            // Not waited for: of two streams of one id the newer one counts, whoever is asked.
            _ = finder.DropOthersAsync(id, reader.Stream.BegunAt);
        }

        await FollowAsync(http, reader);
    }

    /// <summary>Writes what a reader gets, until the stream's end or its own.</summary>
    /// <exception cref="RequestFailedException">The stream failed before its first event.</exception>
    public async Task FollowAsync(HttpContext http, HeldReader reader)
    {
        bool hasBegun = false;
        if (reader.Stream.Events > 0)
        {
            // Who comes back learns that the stream is there, though nothing is new.
            Begin();
            await stalls.WaitAsync(http.Response.BodyWriter.FlushAsync(http.RequestAborted).AsTask(), http);
        }

        while (await reader.ReadAsync(http.RequestAborted) is { Count: > 0 } events)
        {
            Begin();
            foreach (var one in events)
            {
                http.Response.BodyWriter.Write(one.Span);
            }

            await stalls.WaitAsync(http.Response.BodyWriter.FlushAsync(http.RequestAborted).AsTask(), http);
        }

        void Begin()
        {
            if (!hasBegun)
            {
                hasBegun = true;
                AnswerCalls.BeginStream(http);
                if (reader.Stream.Kind == Kind)
                {
                    http.Response.Headers[Header] = reader.Stream.Id;
                }
            }
        }
    }

    private static string IdOf(HttpContext http, string requestId)
    {
        string id = http.Request.Headers[Header].ToString();
        if (id == Made)
        {
            return StreamIds.OfStream(requestId);
        }

        StreamIds.Check(id, Header);
        return id;
    }
}
