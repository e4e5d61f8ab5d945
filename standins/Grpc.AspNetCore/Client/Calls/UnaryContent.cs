using System.Net;
using Grpc.Framing;

namespace Grpc.Net.Client.Calls;

/// <summary>A request body of one message.</summary>
internal sealed class UnaryContent<TRequest, TResponse> : HttpContent
    where TRequest : class
    where TResponse : class
{
    private readonly GrpcCall<TRequest, TResponse> _call;
    private readonly TRequest _request;

    public UnaryContent(GrpcCall<TRequest, TResponse> call, TRequest request)
    {
        _call = call;
        _request = request;
        Headers.TryAddWithoutValidation("Content-Type", Protocol.GrpcHeaders.ContentType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _call.ToFrame(_request, _call.Options.WriteOptions, out PooledBufferWriter? large) is { } small
            ? stream.WriteAsync(small, cancellationToken).AsTask() : WriteAsync(stream, large!, cancellationToken);

    private static async Task WriteAsync(Stream stream, PooledBufferWriter large, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(large.Written, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            large.Reset();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
