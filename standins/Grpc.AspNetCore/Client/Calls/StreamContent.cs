using System.Net;

namespace Grpc.Net.Client.Calls;

/// <summary>A request body that stays open while the caller writes messages.</summary>
internal sealed class StreamContent<TRequest, TResponse> : HttpContent
    where TRequest : class
    where TResponse : class
{
    private readonly RequestStreamWriter<TRequest, TResponse> _writer;

    public StreamContent(RequestStreamWriter<TRequest, TResponse> writer)
    {
        _writer = writer;
        Headers.TryAddWithoutValidation("Content-Type", Protocol.GrpcHeaders.ContentType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Sends the headers now: the server may have something to say before the first message.
        try
        {
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            await _writer.ServeAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The stream was reset. Why, the response tells; an exception from here would stand in its place.
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
