using System.IO.Compression;
using System.Numerics;
using ExpertCluster.V1;
using ExpertCluster.Wire.Tests.Support;
using Google.Protobuf;

namespace ExpertCluster.Wire.Tests.Abuse;

/// <summary>Case 17: messages that are larger than they look, and messages that are as large as they look.</summary>
public sealed class BombTests(ServedApps apps, ITestOutputHelper output)
{
    private const string Served = "0";
    private const string Exhausted = "8";
    private const string Internal = "13";

    // What runs in the background of two programs meanwhile.
    private const long Overhead = 2 * 1024 * 1024;

    public static MatrixTheoryData<string, string> Encodings => new(["router", "host"], ["gzip", "deflate"]);

    public static MatrixTheoryData<string, string, int> Ratios => new(["router", "host"], ["gzip", "deflate"], [1000, 20, 2]);

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Encodings))]
    public async Task Bomb_OfTheLargestFrame_AllocatesNoMoreThanTheLimit(string name, string encoding)
    {
        var server = apps[name];
        int limit = server.Limit;
        byte[] bomb = encoding == "gzip" ? Members(limit) : Pack(new byte[limit], encoding, repeat: 950);
        Assert.InRange(bomb.Length, limit * 8 / 10, limit);
        await using var client = await server.ConnectAsync();
        byte[][] frames = Frames(bomb);

        // The first ones fill the pools.
        for (int stream = 1; stream < 7; stream += 2)
        {
            await SendAsync(client, stream, server.Unary, encoding, frames);
        }

        long before = GC.GetTotalAllocatedBytes(precise: true);
        var end = await SendAsync(client, 7, server.Unary, encoding, frames);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        // What is unpacked up to the limit, in a buffer that doubles as it grows; what lay on the wire twice, in Kestrel's blocks and as one message: pools let
        // go of what lies idle, so a busy machine may make all of it anew.
        output.WriteLine($"{bomb.Length} bytes that expand a thousandfold: {allocated} bytes allocated");
        Assert.Equal((Exhausted, $"The message unpacks to more than {limit} bytes."), (end["grpc-status"], end["grpc-message"]));
        Assert.InRange(allocated, 0, (2 * Pooled(limit)) + (2 * Pooled(bomb.Length)) + Overhead);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Ratios))]
    public async Task Message_ThatUnpacksToAboutTheLimit_IsTakenUpToIt(string name, string encoding, int ratio)
    {
        var server = apps[name];
        int limit = server.Limit;
        await using var client = await server.ConnectAsync();
        int stream = 1;
        foreach (var (length, status) in new[] { (limit - 1, Served), (limit, Served), (limit + 1, Exhausted), (limit + 70_000, Exhausted) })
        {
            byte[] packed = Pack(Message(length, ratio), encoding);
            Assert.InRange(packed.Length, limit / (ratio * 2), limit * 3L / (ratio * 2));

            var end = await SendAsync(client, stream, server.Unary, encoding, Frames(packed));

            Assert.Equal((length, status), (length, end["grpc-status"]));
            stream += 2;
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("router")]
    [InlineData("host")]
    public async Task Message_PlainOfAboutTheLimit_IsTakenUpToIt(string name)
    {
        var server = apps[name];
        int limit = server.Limit;
        await using var client = await server.ConnectAsync();
        int stream = 1;
        foreach (var (length, status) in new[] { (limit - 1, Served), (limit, Served), (limit + 1, Exhausted), (3 * limit, Exhausted) })
        {
            // The rest of one that is refused is never sent: the server has said so by its prefix.
            byte[][] frames = [.. RawGrpc.Frame(Message(length, ratio: 2)).Chunk(16_384)];

            var end = await SendAsync(client, stream, server.Unary, encoding: null, status == Served ? frames : frames[..2]);

            Assert.Equal((length, status), (length, end["grpc-status"]));
            stream += 2;
        }
    }

    /// <summary>What a router takes, hosts take: the plan that is added does not make it too long for them.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Message_OfTheRoutersLimit_IsReadByTheHost()
    {
        var request = new CompleteRequest { Model = "general", Sampling = new Sampling { MaxTokens = 1 } };
        request.Prompt = new string(' ', apps.Router.Limit - request.CalculateSize() - 5);
        Assert.Equal(apps.Router.Limit, request.CalculateSize());
        await using var client = await apps.Router.ConnectAsync();

        var end = await SendAsync(client, 1, apps.Router.Stream, encoding: null, [.. RawGrpc.Frame(request.ToByteArray()).Chunk(16_384)]);

        Assert.Equal(("3", true), (end["grpc-status"], end["grpc-message"].Contains("tokens", StringComparison.Ordinal)));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Encodings))]
    public async Task Bombs_ManyAtOnce_AreAllRefusedAndOthersServed(string name, string encoding)
    {
        const int Count = 64;
        var server = apps[name];
        int limit = server.Limit;
        byte[] bomb = Pack(new byte[limit], encoding, repeat: 16);
        await using var other = await Other.ConnectAsync(server);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        var bombs = Enumerable.Range(0, Count).Select(async _ =>
        {
            await using var client = await server.ConnectAsync();
            return (await SendAsync(client, 1, server.Unary, encoding, Frames(bomb)))["grpc-status"];
        }).ToArray();
        while (!Array.TrueForAll(bombs, task => task.IsCompleted))
        {
            await other.AskAsync();
        }

        Assert.All(await Task.WhenAll(bombs), status => Assert.Equal(Exhausted, status));

        // What pools keep: of what was unpacked at a time, one message a processor; of what lay on the wire, all.
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"{kept} bytes kept of {Count} bombs of {bomb.Length} bytes");
        Assert.InRange(kept, long.MinValue, (limit * (long)Environment.ProcessorCount) + (Count * (long)bomb.Length) + Overhead);
    }

    [Fact(Timeout = 60_000)]
    public async Task Bomb_InAStreamOfRequests_IsRefused()
    {
        await using var client = await apps.Router.ConnectAsync();

        var end = await SendAsync(
            client, 1, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "gzip", Frames(Pack(new byte[apps.Router.Limit + 1], "gzip")));

        Assert.Equal(Exhausted, end["grpc-status"]);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Encodings))]
    public async Task Message_DamagedOrCutShort_IsInternal(string name, string encoding)
    {
        var server = apps[name];
        await using var client = await server.ConnectAsync();
        byte[] whole = Pack(Message(5000, ratio: 2), encoding);
        byte[] changed = [.. whole];
        changed[whole.Length / 2] ^= 0x55;
        byte[][] damaged = [[1, 2, 3], changed, whole[..^1], whole[..(whole.Length / 2)], whole[..5]];
        int stream = 1;
        foreach (byte[] packed in damaged)
        {
            var end = await SendAsync(client, stream, server.Unary, encoding, Frames(packed));

            Assert.Equal((packed.Length, Internal), (packed.Length, end["grpc-status"]));
            stream += 2;
        }
    }

    /// <summary>A request of one unknown field, which every method ignores: bytes that pack about that well.</summary>
    private static byte[] Message(int length, int ratio)
    {
        // Field 15, its length as four digits of seven bits: as long for 5 KB as for 12 MB.
        int rest = length - 5;
        byte[] message = new byte[length];
        message[0] = (15 << 3) | 2;
        for (int i = 0; i < 4; i++)
        {
            message[i + 1] = (byte)(((rest >> (7 * i)) & 0x7F) | (i < 3 ? 0x80 : 0));
        }

        // The same bytes in every run, and no secret.
#pragma warning disable CA5394
        var random = new Random(ratio);
        for (int at = 5; ratio < 1000 && at + 4096 <= length; at += 4096)
        {
            random.NextBytes(message.AsSpan(at, 4096 / ratio));
        }
#pragma warning restore CA5394
        return message;
    }

    /// <summary>Pools give arrays of the next power of two.</summary>
    private static long Pooled(int bytes) => BitOperations.RoundUpToPowerOf2((uint)bytes);

    private static byte[] Pack(byte[] message, string encoding, int repeat = 1)
    {
        using var packed = new MemoryStream();
        using (Stream stream = encoding == "gzip"
            ? new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)
            : new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int i = 0; i < repeat; i++)
            {
                stream.Write(message);
            }
        }

        return packed.ToArray();
    }

    /// <summary>As much as the limit that expands a thousandfold: members of a gzip stream may follow each other, and each alone is quick to make.</summary>
    private static byte[] Members(int limit)
    {
        byte[] one = Pack(new byte[limit], "gzip");
        return [.. Enumerable.Repeat(one, limit / one.Length).SelectMany(bytes => bytes)];
    }

    // 16,384 bytes is what a frame of HTTP/2 may have.
    private static byte[][] Frames(byte[] message) => [.. RawGrpc.Frame(message, flag: 1).Chunk(16_384)];

    private static async Task<Dictionary<string, string>> SendAsync(RawHttp2Client client, int stream, string path, string? encoding, byte[][] frames)
    {
        await client.RequestAsync(stream, path, end: false, encoding is null ? [] : [("grpc-encoding", encoding)]);
        foreach (byte[] frame in frames)
        {
            await client.UploadAsync(stream, frame, end: ReferenceEquals(frame, frames[^1]));
        }

        return await client.EndOfCallAsync(stream);
    }
}
