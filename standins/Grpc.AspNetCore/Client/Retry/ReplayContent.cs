using System.Net;

namespace Grpc.Net.Client.Retry;

/// <summary>The request body of one attempt: all frames of the call from the first on, also when the HTTP handler sends it again.</summary>
internal sealed class ReplayContent : HttpContent
{
    private readonly RequestLog _log;
    private readonly bool _isStream;

    public ReplayContent(RequestLog log, bool isStream)
    {
        _log = log;
        _isStream = isStream;
        Pump = new RequestPump(log);
        Headers.TryAddWithoutValidation("Content-Type", Protocol.GrpcHeaders.ContentType);
    }

    public RequestPump Pump { get; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Sends the headers now: the server may have something to say before the first message.
        try
        {
            if (_isStream)
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            await Pump.RunAsync(stream, cancellationToken).ConfigureAwait(false);
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

/// <summary>Sends the frames of a log to one attempt's stream.</summary>
internal sealed class RequestPump(RequestLog log)
{
    private int _next;

    /// <summary>The number of the first frame that this attempt has not sent.</summary>
    public int Next => Volatile.Read(ref _next);

    public async Task RunAsync(Stream stream, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _next, 0);
        while (await log.ReadAsync(Next, cancellationToken).ConfigureAwait(false) is { } frame)
        {
            await stream.WriteAsync(frame.Bytes, cancellationToken).ConfigureAwait(false);
            if (frame.Flush)
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _next);
            log.OnSent(this);
        }
    }
}
