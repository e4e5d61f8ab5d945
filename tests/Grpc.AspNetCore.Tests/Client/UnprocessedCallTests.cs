using System.Text;
using Grpc.AspNetCore.Tests.Client.Retry;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;

namespace Grpc.AspNetCore.Tests.Client;

/// <summary>Calls that a server says it has not processed are made again, without a policy: GOAWAY and REFUSED_STREAM.</summary>
public sealed class UnprocessedCallTests : IAsyncDisposable
{
    private static readonly Method<byte[], byte[]> Upload = BytesMethod.Of(MethodType.ClientStreaming, "raw", "Upload");

    private readonly FrameServer _server = new();
    private readonly GrpcChannel _channel;

    public UnprocessedCallTests() => _channel = GrpcChannel.ForAddress(_server.Address);

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    [Fact]
    public async Task GoAway_TwoCallsInFlight_TheOneBelowEndsAndTheOneAboveIsRepeated()
    {
        Task<byte[]> below = _channel.UnaryAsync("raw", "Call");
        FrameConnection first = await _server.AcceptAsync();
        int last = await first.RequestAsync();
        Task<byte[]> above = _channel.UnaryAsync("raw", "Call");
        Assert.True(await first.RequestAsync() > last);

        await first.GoAwayAsync(last);
        FrameConnection second = await _server.AcceptAsync();
        await second.ReplyAsync(await second.RequestAsync(), Bytes("second"));
        Assert.Equal(Bytes("second"), await above);
        Assert.False(below.IsCompleted);
        await first.ReplyAsync(last, Bytes("first"));
        Assert.Equal(Bytes("first"), await below);
        await first.UntilClosedAsync();
    }

    [Fact]
    public async Task GoAway_StreamRuns_NewCallsGoToANewConnection()
    {
        using AsyncServerStreamingCall<byte[]> running = _channel.ServerStream("raw", "Stream");
        FrameConnection first = await _server.AcceptAsync();
        int id = await first.RequestAsync();
        await first.GoAwayAsync(int.MaxValue);
        // What the client sends after it has read the GOAWAY tells that it has: its next call comes elsewhere.
        Task<FrameConnection> accepting = _server.AcceptAsync();
        Task<byte[]> call = _channel.UnaryAsync("raw", "Call");
        Task<int> late = first.RequestAsync();
        if (await Task.WhenAny(accepting, late) == late)
        {
            await first.ReplyAsync(await late, Bytes("late"));
            await call;
            call = _channel.UnaryAsync("raw", "Call");
        }
        FrameConnection second = await accepting;
        await second.ReplyAsync(await second.RequestAsync(), Bytes("new"));
        Assert.Equal(Bytes("new"), await call);

        await first.ReplyAsync(id, Bytes("old"));
        Assert.True(await running.ResponseStream.MoveNext());
        Assert.Equal(Bytes("old"), running.ResponseStream.Current);
        Assert.False(await running.ResponseStream.MoveNext());
        Assert.Equal(ConnectivityState.Ready, _channel.State);
    }

    [Fact]
    public async Task RefusedStream_Unary_IsRepeated()
    {
        Task<byte[]> call = _channel.UnaryAsync("raw", "Call");
        FrameConnection connection = await _server.AcceptAsync();
        await connection.RefuseAsync(await connection.RequestAsync());
        await connection.ReplyAsync(await connection.RequestAsync(), Bytes("again"));
        Assert.Equal(Bytes("again"), await call);
    }

    [Fact]
    public async Task RefusedStream_RequestStreamIsEmpty_IsRepeated()
    {
        using AsyncClientStreamingCall<byte[], byte[]> call = _channel.CreateCallInvoker().AsyncClientStreamingCall(Upload, null, default);
        await call.RequestStream.CompleteAsync();
        FrameConnection connection = await _server.AcceptAsync();
        await connection.RefuseAsync(await connection.RequestAsync());
        await connection.ReplyAsync(await connection.RequestAsync(), Bytes("again"));
        Assert.Equal(Bytes("again"), await call);
    }

    [Fact]
    public async Task RefusedStream_NothingWrittenSoFar_IsRepeated()
    {
        using AsyncClientStreamingCall<byte[], byte[]> call = _channel.CreateCallInvoker().AsyncClientStreamingCall(Upload, null, default);
        FrameConnection connection = await _server.AcceptAsync();
        await connection.RefuseAsync(await connection.HeadersAsync());
        // The second stream is open on the wire; the writer may still be about to hear of it.
        await connection.HeadersAsync();
        Task writing = call.RequestStream.WriteAsync(Bytes("one"));
        int id = await connection.RequestAsync(whole: false);
        await writing;
        await call.RequestStream.CompleteAsync();
        await connection.ReplyAsync(id, Bytes("again"));
        Assert.Equal(Bytes("again"), await call);
    }

    [Fact]
    public async Task RefusedStream_FirstWriteFindsItClosed_GoesToTheNext()
    {
        var handler = new RefusingHandler();
        using GrpcChannel channel = GrpcChannel.ForAddress("http://refusing", new GrpcChannelOptions { HttpHandler = handler });
        using AsyncClientStreamingCall<byte[], byte[]> call = channel.CreateCallInvoker().AsyncClientStreamingCall(Upload, null, default);
        await call.RequestStream.WriteAsync(Bytes("one"));
        await call.RequestStream.WriteAsync(Bytes("two"));
        await call.RequestStream.CompleteAsync();
        Assert.Equal(Bytes("again"), await call);
        Assert.Equal([.. RawGrpc.Frame(Bytes("one")), .. RawGrpc.Frame(Bytes("two"))], handler.Second.ToArray());
    }

    [Fact]
    public async Task RefusedStream_RequestsWereWritten_FailsAndDoesNotHang()
    {
        using AsyncClientStreamingCall<byte[], byte[]> call = _channel.CreateCallInvoker().AsyncClientStreamingCall(Upload, null, default);
        Task writing = call.RequestStream.WriteAsync(Bytes("one"));
        FrameConnection connection = await _server.AcceptAsync();
        int id = await connection.RequestAsync(whole: false);
        await writing;
        await connection.RefuseAsync(id);
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
    }

    [Fact]
    public async Task GoAway_RequestsWereWrittenAndThereIsARetryPolicy_AllAreSentAgain()
    {
        using GrpcChannel channel = GrpcChannel.ForAddress(_server.Address, RetryTests.Retrying(TimeProvider.System));
        using AsyncClientStreamingCall<byte[], byte[]> call = channel.CreateCallInvoker().AsyncClientStreamingCall(Upload, null, default);
        Task writing = call.RequestStream.WriteAsync(Bytes("one"));
        FrameConnection first = await _server.AcceptAsync();
        await first.RequestAsync(whole: false);
        await writing;
        await first.GoAwayAsync(0);

        FrameConnection second = await _server.AcceptAsync();
        await second.RequestAsync(whole: false);
        await call.RequestStream.CompleteAsync();
        await second.ReplyAsync(await second.RequestAsync(), Bytes("all"));
        Assert.Equal(Bytes("all"), await call);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }
}
