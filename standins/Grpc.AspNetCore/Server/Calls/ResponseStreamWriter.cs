using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The responses of a call, as its method writes them.</summary>
internal sealed class ResponseStreamWriter<T>(ServerCall call, Marshaller<T> marshaller) : IServerStreamWriter<T>
    where T : class
{
    // Asked once: behind the token are a look-up and a lock.
    private readonly CancellationToken _callEnded = call.CancellationToken;

    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        if (_callEnded.IsCancellationRequested)
            return Task.FromException(ServerCall.RequestComplete());
        return call.WriteAsync(message, marshaller.ContextualSerializer, WriteOptions, cancellationToken);
    }
}
