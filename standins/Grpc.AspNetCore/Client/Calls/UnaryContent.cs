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

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new PooledBufferWriter();
        try
        {
            _call.Serialize(_request, buffer, _call.Options.WriteOptions);
            await stream.WriteAsync(buffer.Written, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            buffer.Reset();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
