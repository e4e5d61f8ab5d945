using System.Buffers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Router.Resumption;

namespace ExpertCluster.Router.Apis;

/// <summary>
/// Streams answers over HTTP: to their caller alone, or, where the caller asks for it (<see cref="HeldCalls"/>), held under an id, by which they can be asked for again.
/// </summary>
internal sealed class StreamAnswers(HeldCalls held, StallGuard stalls)
{
    /// <summary>Of streams that are held because of that header.</summary>
    public const string Kind = "stream";

    /// <param name="http">The call.</param>
    /// <param name="requestId">Of the request.</param>
    /// <param name="produce">Writes the events.</param>
    /// <exception cref="RequestFailedException">It failed before the first event.</exception>
    public async Task RunAsync(HttpContext http, string requestId, Func<IEventTarget, CancellationToken, Task> produce)
    {
        if (!HeldCalls.AreHeld(http))
        {
            await produce(new ResponseTarget(http, stalls), http.RequestAborted);
            return;
        }

        using var reader = held.Begin(http, requestId, Kind, (stream, cancellation) => produce(new HeldTarget(stream, isNumbered: true), cancellation));
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
                    http.Response.Headers[HeldCalls.Header] = reader.Stream.Id;
                }
            }
        }
    }
}
