namespace Grpc.Core;

/// <summary>Messages that arrive one by one.</summary>
public interface IAsyncStreamReader<out T>
{
    T Current { get; }

    /// <summary>False at the end of the stream; an <see cref="RpcException"/> when the call failed.</summary>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}

/// <summary>Messages that are sent one by one; awaiting a write is the backpressure.</summary>
public interface IAsyncStreamWriter<in T>
{
    WriteOptions? WriteOptions { get; set; }

    Task WriteAsync(T message);

    Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
            throw new NotSupportedException("Cancellation of stream writes is not supported by this gRPC implementation.");
        return WriteAsync(message);
    }
}

/// <summary>The requests of a call.</summary>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>No more requests follow.</summary>
    Task CompleteAsync();
}

/// <summary>The responses of a call; they end when the method returns.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}
