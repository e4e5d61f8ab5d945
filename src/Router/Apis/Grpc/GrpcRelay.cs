using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Apis.Streams;
using ExpertCluster.Router.Resumption;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace ExpertCluster.Router.Apis.Grpc;

/// <summary>Follows a stream on the router that holds it, for a caller here. It calls members of the cluster only, and what was passed on is not passed on again.</summary>
internal sealed partial class GrpcRelay(PeerTransport transport, CallEnds ends, RelaySlots slots, StallGuard stalls, ILogger<GrpcRelay> log) : IDisposable
{
    /// <summary>One handler has the connections to all routers.</summary>
    private readonly Lazy<HttpMessageHandler> _peers = new(transport.CreateHandler);

    /// <param name="request">What is asked.</param>
    /// <param name="address">Of the router that holds the stream.</param>
    /// <param name="to">The caller.</param>
    /// <param name="context">Of the call.</param>
    /// <exception cref="Contracts.Failures.RequestFailedException">That router does not answer, or too many calls are passed on.</exception>
    /// <exception cref="RpcException">As that router said it.</exception>
    public async Task RunAsync(FollowStreamRequest request, string address, IServerStreamWriter<CompleteChunk> to, ServerCallContext context)
    {
        using var slot = slots.Take();
        if (transport.Refuses(address) is { } reason)
        {
            LogLost(log, reason);
            throw RelaySlots.Silent();
        }

        try
        {
            using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
            {
                HttpHandler = _peers.Value,
                MaxReceiveMessageSize = NodeGrpc.MessageBytes,
                CompressionProviders = [.. BoundedCompression.All(NodeGrpc.MessageBytes)],
            });
            var client = new Completions.CompletionsClient(channel.Intercept(ends));
            using var call = client.FollowStream(request, new Metadata { { StreamRelay.Mark, "1" } }, context.Deadline, context.CancellationToken);
            await PassAsync(call, to, context);
        }
        catch (RpcException error) when (error.Status.DebugException is not null)
        {
            LogLost(log, OneLine.Of(error));
            throw RelaySlots.Silent();
        }
    }

    public void Dispose()
    {
        if (_peers.IsValueCreated)
        {
            _peers.Value.Dispose();
        }
    }

    private async Task PassAsync(AsyncServerStreamingCall<CompleteChunk> call, IServerStreamWriter<CompleteChunk> to, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var answered = await call.ResponseHeadersAsync;
        if (answered.Get(HeldCalls.Header.ToLowerInvariant()) is { } id)
        {
            await stalls.WaitAsync(context.WriteResponseHeadersAsync(new Metadata { id }), http);
        }

        while (await call.ResponseStream.MoveNext(context.CancellationToken))
        {
            await stalls.WaitAsync(to.WriteAsync(call.ResponseStream.Current, context.CancellationToken), http);
        }
    }

    [LoggerMessage(3722, LogLevel.Warning, "A stream of another router was lost: {Reason}")]
    private static partial void LogLost(ILogger log, string reason);
}
