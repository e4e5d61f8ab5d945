using System.Net;
using System.Net.Sockets;
using Microsoft.Orleans.Server.Tests.Support;
using Orleans;
using Orleans.OneMachine.Serialization;

namespace Microsoft.Orleans.Server.Tests.Internals;

public sealed class WireTests
{
    private readonly CodecProvider _codecs = new(() => throw new InvalidOperationException("no references here"));

    [Fact]
    public void Read_ACountBeyondTheMessage_IsRefusedBeforeAllocation()
    {
        var exception = Assert.Throws<MalformedDataException>(() =>
        {
            var reader = new WireReader([0xFF, 0xFF, 0xFF, 0xFF, 0x07]);
            _codecs.Get<long[]>().Read(ref reader);
        });
        Assert.Contains("bytes left", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnyTruncation_IsRefused()
    {
        using var writer = new WireWriter(1 << 16);
        _codecs.Get<Everything>().Write(writer, new() { Text = "hello", Names = ["a"], Bytes = [1, 2], Inner = new() });
        var whole = writer.Written.ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<MalformedDataException>(() =>
            {
                var reader = new WireReader(whole.AsSpan(0, length));
                _codecs.Get<Everything>().Read(ref reader);
            });
        }
    }

    [Fact]
    public void Read_MembersThatAreUnknown_AreSkipped()
    {
        using var writer = new WireWriter(1 << 16);
        _codecs.Get<Newer>().Write(writer, new() { Kept = "kept", Added = "added", List = [1, 2] });
        var reader = new WireReader(writer.Written.Span[0..]);
        Assert.Equal("kept", _codecs.Get<Older>().Read(ref reader)!.Kept);
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void Write_AValueThatContainsItself_IsRefused()
    {
        var loop = new Loop();
        loop.Next = loop;
        using var writer = new WireWriter(1 << 20);
        Assert.Throws<MessageLimitException>(() => _codecs.Get<Loop>().Write(writer, loop));
    }

    [Fact]
    public void Write_BeyondTheLimit_IsRefused()
    {
        using var writer = new WireWriter(1000);
        Assert.Throws<MessageLimitException>(() => _codecs.Get<byte[]>().Write(writer, new byte[1000]));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0x7F, 1 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 5, 0, 0, 0, 1, 2, 3, 4, 5 })]
    [InlineData(new byte[] { 0x47, 0x45, 0x54, 0x20, 0x2F, 0x20 })]
    public async Task Connection_ThatSendsGarbage_IsClosedAndTheSiloServesOn(byte[] garbage)
    {
        await using var cluster = await TestCluster.StartAsync(2);
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, cluster.PrimaryPort, TestContext.Current.CancellationToken);
            await socket.SendAsync(garbage, TestContext.Current.CancellationToken);
            Assert.Equal(0, await socket.ReceiveAsync(new byte[64], TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken));
        }
        Assert.Equal(1, await cluster.Factory(1).GetGrain<IProbeGrain>("after").Increment());
    }

    [GenerateSerializer]
    internal sealed class Loop
    {
        [Id(0)]
        public Loop? Next { get; set; }
    }

    [GenerateSerializer]
    internal sealed class Newer
    {
        [Id(0)]
        public string? Kept { get; init; }

        [Id(1)]
        public string? Added { get; init; }

        [Id(2)]
        public List<int>? List { get; init; }
    }

    [GenerateSerializer]
    internal sealed class Older
    {
        [Id(0)]
        public string? Kept { get; init; }
    }
}
