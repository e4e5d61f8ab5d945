using System.IO.Compression;
using Grpc.AspNetCore.Tests.Support;

namespace Grpc.AspNetCore.Tests.Abuse;

/// <summary>Cases 17 and 18: messages that lie about their size. Alone: allocations are counted over the whole process.</summary>
[Collection(nameof(Alone))]
public sealed class BombTests(ITestOutputHelper output)
{
    private const int Limit = 4 * 1024 * 1024;

    // What one call costs besides, with room for what runs in the background: Kestrel's blocks, timers, this test itself.
    private const int Overhead = 512 * 1024;

    [Fact(Timeout = 60_000)]
    public async Task Gzip_ThatExpandsAThousandfold_AllocatesNoMoreThanTheLimit()
    {
        byte[] bomb = Bomb();
        Assert.InRange(bomb.Length, Limit * 9 / 10, Limit);
        await using GuardedServer server = await GuardedServer.StartAsync();
        await using RawHttp2Client client = await server.ConnectAsync();
        byte[][] frames = Frames(bomb);
        // The first ones fill the pools.
        for (int stream = 1; stream < 7; stream += 2)
            await SendAsync(client, stream, frames);

        long before = GC.GetTotalAllocatedBytes(precise: true);
        string status = await SendAsync(client, 7, frames);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        output.WriteLine($"{bomb.Length} bytes that expand a thousandfold: {allocated} bytes allocated");
        Assert.Equal("8", status);
        // The frame itself waits in Kestrel's pooled blocks; what comes out is bounded by the limit.
        Assert.InRange(allocated, 0, Limit + bomb.Length + Overhead);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF }, "8")]
    [InlineData(new byte[] { 0, 0x00, 0x40, 0x00, 0x01 }, "8")]
    [InlineData(new byte[] { 1, 0xFF, 0xFF, 0xFF, 0xFF }, "8")]
    [InlineData(new byte[] { 2, 0x00, 0x00, 0x00, 0x01 }, "13")]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, "13")]
    [InlineData(new byte[] { 1, 0x00, 0x00, 0x00, 0x01 }, "13")]
    public async Task Prefix_ThatCannotBeServed_IsRefusedAtOnceAndAllocatesNothing(byte[] prefix, string expected)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        await using RawHttp2Client client = await server.ConnectAsync();
        await PrefixAsync(client, 1, prefix, GuardedServer.Unary);

        foreach ((int stream, string path) in new[] { (3, GuardedServer.Unary), (5, GuardedServer.Upload) })
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            string status = await PrefixAsync(client, stream, prefix, path);
            long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            output.WriteLine($"{path}: {allocated} bytes allocated");
            Assert.Equal(expected, status);
            Assert.InRange(allocated, 0, Overhead);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Prefix_WithinTheLimit_IsNotBelievedBeforeTheBytesCome()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        await using RawHttp2Client client = await server.ConnectAsync();
        Assert.Equal("0", await PhaseTests.UnaryStatusAsync(client, 1));

        long before = GC.GetTotalAllocatedBytes(precise: true);
        await client.RequestAsync(3, GuardedServer.Unary);
        await client.DataAsync(3, [0, 0x00, 0x40, 0x00, 0x00], end: false);
        Assert.Equal("0", await PhaseTests.UnaryStatusAsync(client, 5));
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        output.WriteLine($"4 MiB announced: {allocated} bytes allocated");
        Assert.InRange(allocated, 0, Overhead);

        // And then the request ends, 4 MiB too early.
        await client.DataAsync(3, [], end: true);
        Assert.Equal("13", (await client.EndOfCallAsync(3))["grpc-status"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Encoding_Unknown_IsUnimplementedAndNamesTheKnown()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        await using RawHttp2Client client = await server.ConnectAsync();
        await client.RequestAsync(1, GuardedServer.Unary, end: false, ("grpc-encoding", "zstd"));
        await client.DataAsync(1, [1, 0, 0, 0, 1, 7], end: true);
        Dictionary<string, string> end = await client.EndOfCallAsync(1);
        Assert.Equal("12", end["grpc-status"]);
        Assert.Equal("identity,deflate,gzip", end["grpc-accept-encoding"]);
    }

    private static async Task<string> PrefixAsync(RawHttp2Client client, int stream, byte[] prefix, string path)
    {
        await client.RequestAsync(stream, path);
        await client.DataAsync(stream, prefix, end: false);
        return (await client.EndOfCallAsync(stream))["grpc-status"];
    }

    // 16,384 bytes is what a frame of HTTP/2 may have.
    private static byte[][] Frames(byte[] message) => [.. RawGrpc.Frame(message, flag: 1).Chunk(16_384)];

    private static async Task<string> SendAsync(RawHttp2Client client, int stream, byte[][] frames)
    {
        await client.RequestAsync(stream, GuardedServer.Unary, end: false, ("grpc-encoding", "gzip"));
        foreach (byte[] frame in frames)
            await client.UploadAsync(stream, frame, end: ReferenceEquals(frame, frames[^1]));
        return (await client.EndOfCallAsync(stream))["grpc-status"];
    }

    // 4 MiB that expand to 4 GiB: members of a gzip stream may follow each other, and each alone is quick to make.
    private static byte[] Bomb()
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(new byte[Limit]);
        Assert.InRange(Limit / member.Length, 900, 1100);
        byte[] one = member.ToArray();
        return [.. Enumerable.Repeat(one, Limit / one.Length).SelectMany(bytes => bytes)];
    }
}
