using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Apis.Streams;
using ExpertCluster.Router.Resumption;
using ExpertCluster.V1;
using Google.Protobuf;
using Grpc.Core;

namespace ExpertCluster.Router.Apis.Grpc;

/// <summary>Streams over gRPC that outlive their calls: begun, followed and deleted by their ids, on whichever router they are.</summary>
internal sealed class GrpcStreams(HeldCalls calls, HeldStreams held, StreamFinder finder, GrpcRelay relay, HeldMetrics metrics, StallGuard stalls)
{
    /// <summary>Of streams whose events are messages of <see cref="CompleteChunk"/>.</summary>
    public const string Kind = "grpc";

    /// <param name="requestId">Of the request.</param>
    /// <param name="run">Its answer.</param>
    /// <param name="answer">Writes it.</param>
    /// <param name="to">The caller.</param>
    /// <param name="context">Of the call.</param>
    /// <exception cref="RequestFailedException">It can't be held, or failed.</exception>
    public async Task RunAsync(
        string requestId, Func<CancellationToken, IAsyncEnumerable<CompletionChunk>> run, WireAnswer answer, IServerStreamWriter<CompleteChunk> to, ServerCallContext context)
    {
        using var reader = calls.Begin(context.GetHttpContext(), requestId, Kind, async (stream, cancellation) =>
        {
            await foreach (var chunk in run(cancellation))
            {
                await stream.AddAsync(answer.Write(chunk).ToByteArray());
            }
        });
        await WriteAsync(reader, to, context);
    }

    /// <exception cref="RequestFailedException">The request is wrong, nobody holds the stream, or it failed.</exception>
    public async Task FollowAsync(FollowStreamRequest request, IServerStreamWriter<CompleteChunk> to, ServerCallContext context)
    {
        if (request.StartingAfter < 0)
        {
            throw new RequestFailedException(Failure.Invalid("starting_after", $"starting_after is {request.StartingAfter}; it must be a whole number from 0 to {int.MaxValue}"));
        }

        if (held.Find(request.Id) is { Kind: Kind } stream)
        {
            metrics.Comebacks.Inc();
            using var reader = stream.Follow(new StreamPlace(request.StartingAfter, InBytes: false, "starting_after"));
            await WriteAsync(reader, to, context);
            return;
        }

        StreamIds.CheckAsked(request.Id);
        bool isRelayed = context.GetHttpContext().Request.Headers.ContainsKey(StreamRelay.Mark);
        string address = (isRelayed ? null : await finder.FindAsync(request.Id, context.CancellationToken)) ?? throw StreamFinder.NotHeld();
        await relay.RunAsync(request, address, to, context);
    }

    /// <exception cref="RequestFailedException">The id is none, or too many are looked for.</exception>
    public async Task DeleteAsync(string id, CancellationToken cancellation)
    {
        StreamIds.CheckAsked(id);
        if (!held.Drop(id, StreamDrop.Deleted))
        {
            await finder.DropAsync(id, cancellation);
        }
    }

    /// <summary>What fails before its first event has no id to tell.</summary>
    private async Task WriteAsync(HeldReader reader, IServerStreamWriter<CompleteChunk> to, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        bool hasBegun = false;
        if (reader.Stream.Events > 0)
        {
            await BeginAsync();
        }

        while (await reader.ReadAsync(context.CancellationToken) is { Count: > 0 } events)
        {
            await BeginAsync();
            foreach (var one in events)
            {
                await stalls.WaitAsync(to.WriteAsync(CompleteChunk.Parser.ParseFrom(one.Span), context.CancellationToken), http);
            }
        }

        async Task BeginAsync()
        {
            if (!hasBegun)
            {
                hasBegun = true;
                await stalls.WaitAsync(context.WriteResponseHeadersAsync(new Metadata { { HeldCalls.Header, reader.Stream.Id } }), http);
            }
        }
    }
}
