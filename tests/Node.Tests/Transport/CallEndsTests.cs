using ExpertCluster.Node.Transport;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace ExpertCluster.Node.Tests.Transport;

/// <summary>Reads that break while the process itself ends the call: a race of the client library's, played here.</summary>
public sealed class CallEndsTests : IDisposable
{
    private static readonly RpcException BrokenRead = new(new Status(StatusCode.Unavailable, "Error reading next message.", new IOException("The request was aborted.")));
    private static readonly Method<string, string> Method = MethodOf();

    private readonly TaskCompletionSource<bool> _read = new();
    private readonly TaskCompletionSource<string> _answer = new();
    private readonly CancellationTokenSource _caller = new();

    public void Dispose() => _caller.Dispose();

    [Fact]
    public async Task Stream_CallerLeavesDuringARead_IsCancelled()
    {
        using var call = Open(new CallOptions(cancellationToken: _caller.Token));
        var reading = call.ResponseStream.MoveNext(CancellationToken.None);

        await _caller.CancelAsync();
        _read.SetException(BrokenRead);

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => reading)).StatusCode);
    }

    [Fact]
    public async Task Stream_ReadIsCancelled_IsCancelled()
    {
        using var call = Open(default);
        var reading = call.ResponseStream.MoveNext(_caller.Token);

        await _caller.CancelAsync();
        _read.SetException(BrokenRead);

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => reading)).StatusCode);
    }

    [Fact]
    public async Task Stream_DeadlinePassesDuringARead_IsDeadlineExceeded()
    {
        using var call = Open(new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime));
        var reading = call.ResponseStream.MoveNext(CancellationToken.None);

        _read.SetException(BrokenRead);

        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => reading)).StatusCode);
    }

    [Fact]
    public async Task Stream_PeerIsLost_IsWhatItWas()
    {
        using var call = Open(new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1), cancellationToken: _caller.Token));

        _read.SetException(BrokenRead);

        Assert.Same(BrokenRead, await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None)));
    }

    [Fact]
    public async Task Stream_PeerRefusesAsTheCallerLeaves_SaysWhatThePeerSays()
    {
        using var call = Open(new CallOptions(cancellationToken: _caller.Token));
        var refusal = new RpcException(new Status(StatusCode.ResourceExhausted, "full"));

        await _caller.CancelAsync();
        _read.SetException(refusal);

        Assert.Same(refusal, await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None)));
    }

    [Fact]
    public async Task Unary_CallerLeavesDuringTheRead_IsCancelled()
    {
        using var call = Invoker().AsyncUnaryCall(Method, null, new CallOptions(cancellationToken: _caller.Token), "");

        await _caller.CancelAsync();
        _answer.SetException(BrokenRead);

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Calls_ThatGoWell_GiveWhatComes()
    {
        using var stream = Open(default);
        using var unary = Invoker().AsyncUnaryCall(Method, null, default, "");

        _read.SetResult(true);
        _answer.SetResult("answer");

        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal("piece", stream.ResponseStream.Current);
        Assert.Equal("answer", await unary.ResponseAsync);
    }

    private AsyncServerStreamingCall<string> Open(CallOptions options) => Invoker().AsyncServerStreamingCall(Method, null, options, "");

    private CallInvoker Invoker() => new PlayedInvoker(_read.Task, _answer.Task).Intercept(new CallEnds(TimeProvider.System));

    private static Method<string, string> MethodOf()
    {
        var marshaller = Marshallers.Create(_ => [], _ => "");
        return new Method<string, string>(MethodType.ServerStreaming, "service", "method", marshaller, marshaller);
    }

    private sealed class PlayedInvoker(Task<bool> read, Task<string> answer) : CallInvoker
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            new((Task<TResponse>)(object)answer, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            new((IAsyncStreamReader<TResponse>)(object)new PlayedReader(read), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }

    private sealed class PlayedReader(Task<bool> read) : IAsyncStreamReader<string>
    {
        public string Current => "piece";

        public Task<bool> MoveNext(CancellationToken cancellationToken) => read;
    }
}
