using Grpc.Core;
using Grpc.Framing;

namespace Grpc.Net.Client.Calls;

/// <summary>The requests of a call, as its caller writes them. A write waits while the server (or its window) is slow.</summary>
internal sealed class RequestStreamWriter<TRequest, TResponse>(GrpcCall<TRequest, TResponse> call) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PooledBufferWriter _buffer = new();
    private volatile bool _sent;
    private int _writing;

    public WriteOptions? WriteOptions { get; set; } = call.Options.WriteOptions;

    /// <summary>Lends the request's stream to the writes until the caller completes, or the call ends.</summary>
    public async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // The server has not processed the request, and the HTTP handler sends it again. Messages are kept for that by
            // calls with a retry policy only; the first one is here while its write lasts.
            if (_sent)
                throw new IOException("The server did not process the request stream, and its messages can't be sent again.");
            if (!_stream.TrySetResult(stream))
            {
                _stream = new TaskCompletionSource<Stream>();
                _stream.SetResult(stream);
                _replaced.SetResult();
                _replaced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
        await _complete.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_complete.Task.IsCompleted)
            throw new InvalidOperationException("Request stream has already been completed.");
        if (call.Outcome is { } ended)
            throw call.ToException(ended);
        if (Interlocked.Exchange(ref _writing, 1) == 1)
            throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        CancellationTokenRegistration cancels = cancellationToken.CanBeCanceled && cancellationToken != call.Options.CancellationToken
            ? cancellationToken.UnsafeRegister(static (state, token) => ((GrpcCall)state!).CancelledByCaller(token), call)
            : default;
        try
        {
            call.Serialize(message, _buffer, WriteOptions);
            // Once a message is sent, the stream stays the same.
            if (_sent)
                await SendAsync(_stream.Task.Result).ConfigureAwait(false);
            else
                await SendFirstAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not RpcException)
        {
            // Not the call's end: the server may have answered and closed this direction, and the answer is still to be read.
            throw call.ToException(call.Outcome ?? new Outcome(call.StatusOf("Error writing message.", e)));
        }
        finally
        {
            _buffer.Reset();
            await cancels.DisposeAsync().ConfigureAwait(false);
            Volatile.Write(ref _writing, 0);
        }
    }

    private async Task SendAsync(Stream stream)
    {
        await stream.WriteAsync(_buffer.Written, call.Cancelled).ConfigureAwait(false);
        if (WriteOptions is null || !WriteOptions.Flags.HasFlag(WriteFlags.BufferHint))
            await stream.FlushAsync(call.Cancelled).ConfigureAwait(false);
    }

    // The server may refuse the stream meanwhile: then the message goes to the one that the HTTP handler opens in its place.
    private async Task SendFirstAsync()
    {
        while (true)
        {
            Task<Stream> opening;
            Task replaced;
            lock (_lock)
            {
                opening = _stream.Task;
                replaced = _replaced.Task;
            }
            Stream stream = await opening.WaitAsync(call.Cancelled).ConfigureAwait(false);
            try
            {
                await SendAsync(stream).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException && !call.Cancelled.IsCancellationRequested)
            {
                // There is a response, or an end, or another stream.
                await Task.WhenAny(replaced, call.ResponseAsync()).WaitAsync(call.Cancelled).ConfigureAwait(false);
                if (!replaced.IsCompleted)
                    throw;
                continue;
            }
            lock (_lock)
            {
                if (replaced.IsCompleted)
                    continue;
                _sent = true;
                return;
            }
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
        _complete.TrySetResult();
        return Task.CompletedTask;
    }
}
