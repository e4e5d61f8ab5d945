using Google.Protobuf;
using Grpc.AspNetCore.Tests.Calls;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>Our client, calling the reference JavaScript server.</summary>
public sealed class JavaScriptServerTests : IAsyncLifetime
{
    private PeerProcess _server = null!;
    private string _address = null!;
    private GrpcChannel _channel = null!;
    private Echo.EchoClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        // 2: gzip for what it sends.
        _server = NodePeer.Start("server.js", "2");
        string port = await _server.ReadLineAsync(TestContext.Current.CancellationToken);
        _address = $"http://127.0.0.1:{port}";
        _channel = GrpcChannel.ForAddress(_address);
        _client = new Echo.EchoClient(_channel);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Unary_WithMetadata_GivesReplyHeadersAndTrailers()
    {
        using AsyncUnaryCall<EchoReply> call = _client.UnaryAsync(
            new EchoRequest { Text = "t", Payload = ByteString.CopyFrom(new byte[1_000_000]) },
            new Metadata { { "tenant", "a" }, { "token-bin", [0, 1, 255] }, { "grpc-internal-encoding-request", "gzip" } });
        EchoReply reply = await call;
        Assert.Equal("ta0001ff", reply.Text);
        Assert.Equal(1_000_000, reply.Payload.Length);
        Assert.Equal("p", (await call.ResponseHeadersAsync).GetValue("plan"));
        Assert.Equal([0, 1, 255], call.GetTrailers().GetValueBytes("sig-bin")!);
    }

    [Fact(Timeout = 60_000)]
    public async Task Unary_ThatFails_GivesStatusDetailsAndTrailers()
    {
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => _client.UnaryAsync(new EchoRequest { Text = "failure" }).ResponseAsync);
        Assert.Equal((StatusCode.FailedPrecondition, "nicht möglich: 50%\n繁體"), (e.StatusCode, e.Status.Detail));
        Assert.Equal("7", e.Trailers.GetValue("cost"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Streams_OfEachKind_GiveEveryMessage()
    {
        using AsyncClientStreamingCall<EchoRequest, EchoReply> upload = _client.ClientStream();
        foreach (string text in (string[])["a", "b", "c"])
            await upload.RequestStream.WriteAsync(new EchoRequest { Text = text });
        await upload.RequestStream.CompleteAsync();
        Assert.Equal("a,b,c", (await upload).Text);

        using AsyncServerStreamingCall<EchoReply> download = _client.ServerStream(new EchoRequest { Text = "s", Count = 500 });
        var texts = new List<string>();
        await foreach (EchoReply reply in download.ResponseStream.ReadAllAsync())
            texts.Add(reply.Text);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => "s" + i), texts);
        Assert.Equal("7", download.GetTrailers().GetValue("cost"));

        using AsyncDuplexStreamingCall<EchoRequest, EchoReply> duplex = _client.Duplex();
        for (int i = 0; i < 20; i++)
        {
            await duplex.RequestStream.WriteAsync(new EchoRequest { Text = "d" + i });
            Assert.True(await duplex.ResponseStream.MoveNext());
            Assert.Equal("d" + i, duplex.ResponseStream.Current.Text);
        }
        await duplex.RequestStream.CompleteAsync();
        Assert.False(await duplex.ResponseStream.MoveNext());
    }

    [Fact(Timeout = 60_000)]
    public async Task ServerStream_ThatFailsAfterMessages_GivesThemAndThenTheStatus()
    {
        using AsyncServerStreamingCall<EchoReply> call = _client.ServerStream(new EchoRequest { Text = "failure", Count = 3 });
        for (int i = 0; i < 3; i++)
            Assert.True(await call.ResponseStream.MoveNext());
        await StatusTests.AssertStatusAsync(call.ResponseStream.MoveNext(), StatusCode.ResourceExhausted, "full");
    }

    [Fact(Timeout = 60_000)]
    public async Task Deadline_ThatPasses_EndsTheServersCall()
    {
        var time = new ManualTime();
        using GrpcChannel channel = GrpcChannel.ForAddress(_address, new GrpcChannelOptions { Time = time });
        using AsyncUnaryCall<EchoReply> call = new Echo.EchoClient(channel).UnaryAsync(
            new EchoRequest { Text = "wait" }, deadline: time.GetUtcNow().UtcDateTime.AddHours(1));
        Assert.Equal("waiting", await _server.ReadLineAsync(TestContext.Current.CancellationToken));
        time.Advance(TimeSpan.FromHours(1));
        await StatusTests.AssertStatusAsync(call.ResponseAsync, StatusCode.DeadlineExceeded, "");
        Assert.Equal("cancelled", await _server.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 60_000)]
    public async Task Cancel_OfAStream_ReachesTheServer()
    {
        using AsyncServerStreamingCall<EchoReply> call = _client.ServerStream(new EchoRequest { Text = "endless", Count = 1 });
        Assert.True(await call.ResponseStream.MoveNext());
        call.Dispose();
        Assert.Equal("cancelled", await _server.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 60_000)]
    public async Task Process_Killed_EndsTheStreamWithUnavailable()
    {
        using AsyncServerStreamingCall<EchoReply> call = _client.ServerStream(new EchoRequest { Text = "endless", Count = 1 });
        Assert.True(await call.ResponseStream.MoveNext());
        _server.Kill();
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
    }
}
