using Grpc.Core;
using Grpc.Net.Client.Calls;

namespace Grpc.Net.Client.Retry;

/// <summary>The requests of a call that may be retried, as its caller writes them.</summary>
internal sealed class RetryRequestWriter<TRequest, TResponse>(RetryCall<TRequest, TResponse> call) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private int _writing;

    public WriteOptions? WriteOptions { get; set; } = call.Options.WriteOptions;

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (call.Log.IsCompleted)
            throw new InvalidOperationException("Request stream has already been completed.");
        if (call.Outcome is { } ended)
            throw call.ToException(ended);
        if (Interlocked.Exchange(ref _writing, 1) == 1)
            throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        CancellationTokenRegistration cancels = cancellationToken.UnsafeRegister(
            static (state, token) => ((ClientCall)state!).CancelledByCaller(token), call);
        try
        {
            await call.SendAsync(message, WriteOptions).WaitAsync(call.Cancelled).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw call.ToException(call.Outcome ?? new Outcome(call.StatusOf("Error writing message.", e)));
        }
        finally
        {
            await cancels.DisposeAsync().ConfigureAwait(false);
            Volatile.Write(ref _writing, 0);
        }
    }

    public Task CompleteAsync()
    {
        if (call.Outcome is { } ended && ended.Status.StatusCode != StatusCode.OK)
            return Task.FromException(call.ToException(ended));
        if (Volatile.Read(ref _writing) == 1)
        {
            return Task.FromException(
                new InvalidOperationException("Can't complete the client stream writer because the previous write is in progress."));
        }
        call.Log.Complete();
        return Task.CompletedTask;
    }
}

/// <summary>The responses of a call that may be retried: those of the attempt that it was committed to.</summary>
internal sealed class RetryResponseReader<TRequest, TResponse>(RetryCall<TRequest, TResponse> call) : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private ResponseStreamReader<TRequest, TResponse>? _responses;
    private int _opening;

    public TResponse Current => _responses?.Current!;

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (_responses is { } responses)
            return responses.MoveNext(cancellationToken);
        if (Interlocked.Exchange(ref _opening, 1) == 1)
        {
            return Task.FromException<bool>(
                new InvalidOperationException("Can't read the next message because the previous read is still in progress."));
        }
        return OpenAsync(cancellationToken);
    }

    private async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister(static (state, token) => ((ClientCall)state!).CancelledByCaller(token), call))
            _responses = new ResponseStreamReader<TRequest, TResponse>(await call.Committed.ConfigureAwait(false));
        return await _responses.MoveNext(cancellationToken).ConfigureAwait(false);
    }
}
