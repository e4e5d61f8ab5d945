using Google.Protobuf;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Calls;

public sealed class CallKindTests
{
    [Fact]
    public async Task Unary_Echo_GivesReplyAndOk()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        using AsyncUnaryCall<EchoReply> call = server.Client().UnaryAsync(new EchoRequest { Text = "hello" });
        Assert.Equal("hello", (await call).Text);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(call.GetTrailers());
    }

    [Fact]
    public async Task Unary_Blocking_GivesReply()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        Assert.Equal("b", server.Client().Unary(new EchoRequest { Text = "b" }).Text);
    }

    [Fact]
    public async Task Unary_EmptyMessage_GivesEmptyReply()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        Assert.Equal(new EchoReply(), await server.Client().UnaryAsync(new EchoRequest()));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5_000)]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    public async Task Unary_PayloadOfSize_ComesBackUnchanged(int size)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        byte[] payload = new byte[size];
        new Random(size).NextBytes(payload);
        EchoReply reply = await server.Client().UnaryAsync(new EchoRequest { Payload = ByteString.CopyFrom(payload) });
        Assert.Equal(payload, reply.Payload.ToByteArray());
    }

    [Fact]
    public async Task ClientStream_SeveralRequests_ReachMethodInOrder()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        using AsyncClientStreamingCall<EchoRequest, EchoReply> call = server.Client().ClientStream();
        foreach (string text in (string[])["a", "b", "c"])
            await call.RequestStream.WriteAsync(new EchoRequest { Text = text });
        await call.RequestStream.CompleteAsync();
        Assert.Equal("a,b,c", (await call).Text);
    }

    [Fact]
    public async Task ClientStream_NoRequest_GivesReply()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        using AsyncClientStreamingCall<EchoRequest, EchoReply> call = server.Client().ClientStream();
        await call.RequestStream.CompleteAsync();
        Assert.Equal("", (await call).Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task ServerStream_Replies_AllComeInOrder(int count)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        using AsyncServerStreamingCall<EchoReply> call = server.Client().ServerStream(new EchoRequest { Text = "r", Count = count });
        var texts = new List<string>();
        await foreach (EchoReply reply in call.ResponseStream.ReadAllAsync())
            texts.Add(reply.Text);
        Assert.Equal(Enumerable.Range(0, count).Select(i => "r" + i), texts);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Duplex_PingPong_EachReplyBeforeNextRequest()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        using AsyncDuplexStreamingCall<EchoRequest, EchoReply> call = server.Client().Duplex();
        for (int i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = "m" + i });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal("m" + i, call.ResponseStream.Current.Text);
        }
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Duplex_ServerSpeaksFirst_ClientReadsBeforeWriting()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        server.Behaviour.Duplex = async (requests, responses, _) =>
        {
            await responses.WriteAsync(new EchoReply { Text = "first" });
            while (await requests.MoveNext())
            {
            }
        };
        using AsyncDuplexStreamingCall<EchoRequest, EchoReply> call = server.Client().Duplex();
        Assert.True(await call.ResponseStream.MoveNext());
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }
}
