using Grpc.Core;
using Grpc.Framing;

namespace Grpc.Net.Client.Calls;

/// <summary>The responses of a call, as its caller reads them.</summary>
internal sealed class ResponseStreamReader<TRequest, TResponse>(GrpcCall<TRequest, TResponse> call) : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private static readonly Task<bool> True = Task.FromResult(true);
    private static readonly Task<bool> False = Task.FromResult(false);

    private readonly CancellationToken _callersToken = call.Options.CancellationToken;
    private HttpResponseMessage? _response;
    private StreamFrameReader<TResponse>? _frames;
    private int _reading;

    public TResponse Current { get; private set; } = null!;

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (call.Outcome is { } ended)
            return ended.Status.StatusCode == StatusCode.OK ? False : Task.FromException<bool>(call.ToException(ended));
        // For those who read twice at a time by mistake: the fast way below is over before anybody could.
        if (Volatile.Read(ref _reading) == 1)
        {
            return Task.FromException<bool>(
                new InvalidOperationException("Can't read the next message because the previous read is still in progress."));
        }
        if (_frames is { } frames && (!cancellationToken.CanBeCanceled || cancellationToken == _callersToken))
        {
            try
            {
                // The next message is often here already: it came with the one before.
                if (frames.TryRead(out TResponse? message))
                {
                    Current = message!;
                    return message is null ? EndOfStream() : True;
                }
            }
            catch (Exception e)
            {
                frames.Complete();
                return Task.FromException<bool>(call.Fail("Error reading next message.", e));
            }
            Volatile.Write(ref _reading, 1);
            return AwaitAsync(frames.ReadAsync(call.Cancelled));
        }
        Volatile.Write(ref _reading, 1);
        return ReadAsync(cancellationToken);
    }

    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration cancels = cancellationToken.UnsafeRegister(
            static (state, token) => ((GrpcCall)state!).CancelledByCaller(token), call);
        if (_frames is null && !await OpenAsync().ConfigureAwait(false))
            return false;
        return await AwaitAsync(_frames!.ReadAsync(call.Cancelled)).ConfigureAwait(false);
    }

    private async Task<bool> OpenAsync()
    {
        try
        {
            _response = await call.ResponseAsync().ConfigureAwait(false);
            _frames = await call.OpenStreamAsync(_response).ConfigureAwait(false);
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.OK)
        {
            // Trailers only, and OK: an empty stream.
            return false;
        }
        catch (Exception e) when (e is not RpcException and not OperationCanceledException || call.Outcome is null)
        {
            throw call.Fail("Error reading next message.", e);
        }
    }

    private async Task<bool> AwaitAsync(ValueTask<TResponse?> read)
    {
        try
        {
            if (await read.ConfigureAwait(false) is { } message)
            {
                Take(message);
                return true;
            }
        }
        catch (Exception e)
        {
            _frames!.Complete();
            throw call.Fail("Error reading next message.", e);
        }
        return await EndOfStream().ConfigureAwait(false);
    }

    private Task<bool> EndOfStream()
    {
        Current = null!;
        _frames!.Complete();
        Outcome outcome = call.End(ResponseStatus.FromTrailers(_response!));
        return outcome.Status.StatusCode == StatusCode.OK ? False : Task.FromException<bool>(call.ToException(outcome));
    }

    private void Take(TResponse message)
    {
        Current = message;
        Volatile.Write(ref _reading, 0);
    }
}
