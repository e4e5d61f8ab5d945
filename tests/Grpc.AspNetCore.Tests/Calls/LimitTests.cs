using System.IO.Compression;
using Google.Protobuf;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Calls;

public sealed class LimitTests
{
    private static readonly EchoRequest Large = new() { Payload = ByteString.CopyFrom(new byte[1000]) };

    private static Metadata Gzip => new() { { "grpc-internal-encoding-request", "gzip" } };

    [Fact]
    public async Task Server_MessageOverReceiveLimit_IsResourceExhausted()
    {
        await using EchoServer server = await EchoServer.StartAsync(options => options.MaxReceiveMessageSize = 1000);
        await AssertExhaustedAsync(server.Client().UnaryAsync(Large).ResponseAsync, "Received");
    }

    [Fact]
    public async Task Server_MessageOverSendLimit_IsResourceExhausted()
    {
        await using EchoServer server = await EchoServer.StartAsync(options => options.MaxSendMessageSize = 1000);
        await AssertExhaustedAsync(server.Client().UnaryAsync(Large).ResponseAsync, "Sending");
    }

    [Fact]
    public async Task Client_MessageOverReceiveLimit_IsResourceExhausted()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        await AssertExhaustedAsync(
            server.Client(new GrpcChannelOptions { MaxReceiveMessageSize = 1000 }).UnaryAsync(Large).ResponseAsync, "Received");
    }

    [Fact]
    public async Task Client_MessageOverSendLimit_IsResourceExhausted()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        Echo.EchoClient client = server.Client(new GrpcChannelOptions { MaxSendMessageSize = 1000 });
        await AssertExhaustedAsync(client.UnaryAsync(Large).ResponseAsync, "Sending");
        using AsyncDuplexStreamingCall<EchoRequest, EchoReply> duplex = client.Duplex();
        await AssertExhaustedAsync(duplex.RequestStream.WriteAsync(Large), "Sending");
    }

    [Fact]
    public async Task Default_MessageOver4MiB_IsResourceExhausted()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        var request = new EchoRequest { Payload = ByteString.CopyFrom(new byte[(4 * 1024 * 1024) + 1]) };
        await AssertExhaustedAsync(server.Client().UnaryAsync(request).ResponseAsync, "Received");
    }

    [Fact]
    public async Task ServiceOptions_OverGlobalOnes_Win()
    {
        await using EchoServer server = await EchoServer.StartAsync(
            options => options.MaxReceiveMessageSize = 10,
            services => Microsoft.Extensions.DependencyInjection.GrpcServicesExtensions.AddServiceOptions<EchoService>(
                Microsoft.Extensions.DependencyInjection.GrpcServicesExtensions.AddGrpc(services),
                options => options.MaxReceiveMessageSize = null));
        Assert.Equal(1000, (await server.Client().UnaryAsync(Large)).Payload.Length);
    }

    [Fact]
    public async Task Gzip_BothWays_GivesTheSameMessage()
    {
        await using EchoServer server = await EchoServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        using AsyncUnaryCall<EchoReply> call = server.Client().UnaryAsync(Large, Gzip);
        Assert.Equal(Large.Payload, (await call).Payload);

        byte[] body = Large.ToByteArray();
        RawReply raw = await RawGrpc.PostAsync(
            server, RawGrpc.UnaryPath, RawGrpc.Frame(body), headers: ("grpc-accept-encoding", "identity,gzip"));
        Assert.Equal(1, raw.Body[0]);
        Assert.True(raw.Body.Length < body.Length / 2);
    }

    [Fact]
    public async Task Gzip_MessageThatExpandsOverTheLimit_IsResourceExhausted()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        var bomb = new EchoRequest { Payload = ByteString.CopyFrom(new byte[64 * 1024 * 1024]) };
        await AssertExhaustedAsync(server.Client().UnaryAsync(bomb, Gzip).ResponseAsync, "Received");
    }

    [Theory]
    [InlineData(1, null, "13", "Request did not include grpc-encoding value with compressed message.")]
    [InlineData(1, "identity", "13", "Request sent 'identity' grpc-encoding value with compressed message.")]
    [InlineData(1, "snappy", "12", "Unsupported grpc-encoding value 'snappy'. Supported encodings: identity, deflate, gzip")]
    [InlineData(1, "gzip", "13", "The compressed message is damaged.")]
    [InlineData(2, null, "13", "Unexpected compressed flag value 2 in message header.")]
    public async Task Frame_FlagAndEncoding_AreChecked(byte flag, string? encoding, string status, string message)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        RawReply reply = await RawGrpc.PostAsync(
            server, RawGrpc.UnaryPath, RawGrpc.Frame([1, 2, 3], flag), headers: encoding is null ? [] : [("grpc-encoding", encoding)]);
        Assert.Equal((status, message), (reply.Status, Uri.UnescapeDataString(reply.Message!)));
        Assert.Equal(encoding == "snappy" ? "identity,deflate,gzip" : null, reply.AcceptEncoding);
    }

    [Theory]
    [InlineData(0xFFFFFFFFu, "8", "Received message exceeds the maximum configured message size.")]
    [InlineData(0x80000000u, "8", "Received message exceeds the maximum configured message size.")]
    [InlineData(4u * 1024 * 1024, "13", "Incomplete message.")]
    [InlineData(4u, "13", "Incomplete message.")]
    [InlineData(2u, "13", "Additional data after the message received.")]
    public async Task Frame_LengthThatLies_GetsTheRightStatus(uint length, string status, string message)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        RawReply reply = await RawGrpc.PostAsync(server, RawGrpc.UnaryPath, RawGrpc.Frame([10, 0, 18], length: length));
        Assert.Equal((status, message), (reply.Status, reply.Message));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Body_ShorterThanAPrefix_IsIncomplete(int bytes)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        RawReply reply = await RawGrpc.PostAsync(server, RawGrpc.UnaryPath, new byte[bytes]);
        Assert.Equal(("13", "Incomplete message."), (reply.Status, reply.Message));
    }

    [Fact]
    public void GzipProvider_RoundTrip_GivesTheSameBytes()
    {
        byte[] data = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i % 7))];
        Net.Compression.ICompressionProvider[] providers =
        [
            new Net.Compression.GzipCompressionProvider(CompressionLevel.Fastest),
            new Net.Compression.DeflateCompressionProvider(CompressionLevel.SmallestSize),
        ];
        foreach (Net.Compression.ICompressionProvider provider in providers)
        {
            using var packed = new MemoryStream();
            using (Stream stream = provider.CreateCompressionStream(packed, null))
                stream.Write(data);
            packed.Position = 0;
            using var plain = new MemoryStream();
            using (Stream stream = provider.CreateDecompressionStream(packed))
                stream.CopyTo(plain);
            Assert.Equal(data, plain.ToArray());
        }
    }

    private static async Task AssertExhaustedAsync(Task call, string start)
    {
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
        Assert.Equal(start + " message exceeds the maximum configured message size.", e.Status.Detail);
    }
}
