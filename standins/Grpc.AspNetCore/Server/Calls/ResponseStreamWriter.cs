using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The responses of a call, as its method writes them.</summary>
internal sealed class ResponseStreamWriter<T>(ServerCall call, Marshaller<T> marshaller) : IServerStreamWriter<T>
    where T : class
{
    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return call.WriteAsync(message, marshaller.ContextualSerializer, WriteOptions, cancellationToken);
    }
}
