namespace Grpc.Core;

/// <summary>The part that the four call objects share: closures without state, or functions of one state object.</summary>
internal readonly struct AsyncCallState
{
    private readonly Func<object, Task<Metadata>> _responseHeaders;
    private readonly Func<object, Status> _getStatus;
    private readonly Func<object, Metadata> _getTrailers;
    private readonly Action<object> _dispose;
    private readonly object _state;

    public AsyncCallState(
        Func<object, Task<Metadata>> responseHeaders,
        Func<object, Status> getStatus,
        Func<object, Metadata> getTrailers,
        Action<object> dispose,
        object state)
    {
        _responseHeaders = responseHeaders;
        _getStatus = getStatus;
        _getTrailers = getTrailers;
        _dispose = dispose;
        _state = state;
    }

    public AsyncCallState(Task<Metadata> responseHeaders, Func<Status> getStatus, Func<Metadata> getTrailers, Action dispose)
        : this(_ => responseHeaders, _ => getStatus(), _ => getTrailers(), _ => dispose(), responseHeaders)
    {
    }

    public Task<Metadata> ResponseHeadersAsync() => _responseHeaders(_state);

    public Status GetStatus() => _getStatus(_state);

    public Metadata GetTrailers() => _getTrailers(_state);

    public void Dispose() => _dispose(_state);
}
