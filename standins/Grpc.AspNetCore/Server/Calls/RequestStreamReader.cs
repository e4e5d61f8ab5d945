using Grpc.Core;
using Grpc.Framing;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The requests of a call, as its method reads them.</summary>
internal sealed class RequestStreamReader<T>(ServerCall call, StreamFrameReader<T> frames) : IAsyncStreamReader<T>
    where T : class
{
    private static readonly Task<bool> True = Task.FromResult(true);
    private static readonly Task<bool> False = Task.FromResult(false);

    private readonly CancellationToken _callEnded = call.CancellationToken;
    private bool _ended;

    public T Current { get; private set; } = null!;

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<bool>(cancellationToken);
        if (_ended)
            return False;
        if (_callEnded.IsCancellationRequested)
            return Task.FromException<bool>(new InvalidOperationException("Can't read messages after the request is complete."));
        if (cancellationToken.CanBeCanceled && cancellationToken != _callEnded)
            return LinkAsync(cancellationToken);

        ValueTask<T?> read = frames.ReadAsync(_callEnded);
        return read.IsCompletedSuccessfully ? Take(read.Result) : AwaitAsync(read);
    }

    private async Task<bool> LinkAsync(CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _callEnded);
        return await Take(await frames.ReadAsync(linked.Token));
    }

    private async Task<bool> AwaitAsync(ValueTask<T?> read) => await Take(await read);

    private Task<bool> Take(T? message)
    {
        _ended = message is null;
        Current = message!;
        return _ended ? False : True;
    }
}
