using System.Buffers.Binary;
using ExpertCluster.Wire.Tests.Support;

namespace ExpertCluster.Wire.Tests.Abuse;

/// <summary>Case 18: what stands before a message, and lies.</summary>
public sealed class PrefixTests(ServedApps apps, ITestOutputHelper output)
{
    private const string Reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

    // Less than what the prefixes announce. A call costs a few KiB; the rest is what runs in the background of two programs.
    private const long Overhead = 1024 * 1024;

    private static readonly (byte[] Prefix, string Status)[] Prefixes =
    [
        ([0, 0xFF, 0xFF, 0xFF, 0xFF], "8"),
        ([0, 0x80, 0x00, 0x00, 0x00], "8"),
        ([0, 0x7F, 0xFF, 0xFF, 0xFF], "8"),
        ([1, 0xFF, 0xFF, 0xFF, 0xFF], "8"),
        ([2, 0x00, 0x00, 0x00, 0x01], "13"),
        ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "13"),
        ([1, 0x00, 0x00, 0x00, 0x01], "13"),
    ];

    public static TheoryData<string, string> Kinds => [("router", "unary"), ("router", "stream"), ("router", "duplex"), ("host", "unary"), ("host", "stream")];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Kinds))]
    public async Task Prefix_ThatCannotBeServed_IsRefusedAtOnceAndAllocatesNothing(string name, string kind)
    {
        var server = apps[name];
        await using var client = await server.ConnectAsync();
        int stream = 1;
        foreach (var (prefix, status) in (IEnumerable<(byte[], string)>)[.. Prefixes, (Announcing(server.Limit + 1), "8"), .. Prefixes])
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await client.RequestAsync(stream, PathOf(server, kind));

            // No body is longer than one byte: with what the prefix lies about, nothing else could end the call.
            await client.DataAsync(stream, prefix[0] == 1 && prefix[1] == 0 ? [.. prefix, 7] : prefix, end: false);
            var end = await client.EndOfCallAsync(stream);
            long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

            output.WriteLine($"{Convert.ToHexString(prefix)}: {allocated} bytes allocated, {end["grpc-message"]}");
            Assert.Equal((Convert.ToHexString(prefix), status), (Convert.ToHexString(prefix), end["grpc-status"]));
            Assert.InRange(allocated, 0, Overhead);
            stream += 2;
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Kinds))]
    public async Task Prefix_WithinTheLimit_IsNotBelievedBeforeTheBytesCome(string name, string kind)
    {
        var server = apps[name];
        await using var client = await server.ConnectAsync();
        Assert.Equal("0", await server.UnaryStatusAsync(client, 1));

        long before = GC.GetTotalAllocatedBytes(precise: true);
        await client.RequestAsync(3, PathOf(server, kind));
        await client.DataAsync(3, Announcing(server.Limit), end: false);
        Assert.Equal("0", await server.UnaryStatusAsync(client, 5));
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        output.WriteLine($"{server.Limit} bytes announced: {allocated} bytes allocated");
        Assert.InRange(allocated, 0, Overhead);

        // And then the request ends, without all of it.
        await client.DataAsync(3, [], end: true);
        Assert.Equal("13", (await client.EndOfCallAsync(3))["grpc-status"]);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Kinds))]
    public async Task Body_CutShortOrTooLong_IsInternal(string name, string kind)
    {
        var server = apps[name];
        await using var client = await server.ConnectAsync();
        byte[][] bodies = [[0], [0, 0, 0], [0, 0, 0, 0, 2, 8], .. kind == "duplex" ? [] : (byte[][])[[], [.. RawGrpc.Frame([]), .. RawGrpc.Frame([])]]];
        int stream = 1;
        foreach (byte[] body in bodies)
        {
            await client.RequestAsync(stream, PathOf(server, kind));
            await client.DataAsync(stream, body, end: true);
            Assert.Equal("13", (await client.EndOfCallAsync(stream))["grpc-status"]);
            stream += 2;
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("router", "zstd")]
    [InlineData("router", "GZIP")]
    [InlineData("host", "br")]
    [InlineData("host", "snappy")]
    public async Task Encoding_Unknown_IsUnimplementedAndNamesTheKnown(string name, string encoding)
    {
        var server = apps[name];
        await using var client = await server.ConnectAsync();
        await client.RequestAsync(1, server.Unary, end: false, ("grpc-encoding", encoding));
        await client.DataAsync(1, [1, 0, 0, 0, 1, 7], end: true);

        var end = await client.EndOfCallAsync(1);

        Assert.Equal("12", end["grpc-status"]);
        Assert.Equal("identity,gzip,deflate", end["grpc-accept-encoding"]);
    }

    private static byte[] Announcing(int length)
    {
        byte[] prefix = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), length);
        return prefix;
    }

    private static string PathOf(WireServer server, string kind) => kind switch
    {
        "unary" => server.Unary,
        "stream" => server.Stream,
        _ => Reflection,
    };
}
