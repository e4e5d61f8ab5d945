using System.Buffers.Binary;
using ExpertCluster.Wire.Tests.Support;

namespace ExpertCluster.Wire.Tests.Abuse;

/// <summary>Cases 15 and 16: floods cost the server no memory, and others nothing but their share of the processor.</summary>
public sealed class FloodTests(ServedApps apps, ITestOutputHelper output)
{
    private const long Growth = 16 * 1024 * 1024;

    public static TheoryData<string> Servers => ["router", "host"];

    /// <summary>Whole requests, each of which would be planned, dispatched and computed.</summary>
    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Servers))]
    public async Task RapidReset_TenThousandRequests_EndsThatConnectionAlone(string name)
    {
        var server = apps[name];
        byte[] headers = RawHttp2Client.RequestBlock(server.Stream);
        byte[] request = RawGrpc.Frame(server.Long);
        long begun = server.Requests.Begun;

        await AssertEndsWithoutGrowthAsync(server, 10_000, i =>
        {
            int stream = (2 * i) + 1;
            return
            [
                .. Http2Frame.Encode(FrameType.Headers, FrameFlags.EndHeaders, stream, headers),
                .. Http2Frame.Encode(FrameType.Data, FrameFlags.EndStream, stream, request),
                .. Http2Frame.Encode(FrameType.ResetStream, FrameFlags.None, stream, [0, 0, 0, 8]),
            ];
        });

        output.WriteLine($"{server.Requests.Begun - begun} requests reached the server");
        await server.IdleAsync();
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Servers))]
    public async Task Continuation_WithoutEnd_EndsTheConnection(string name)
    {
        var server = apps[name];
        byte[] more = HeaderBlock.Encode([("x-more", new string('m', 1000))]);

        await AssertEndsWithoutGrowthAsync(server, 10_000, i => Continued(server, i, more));
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Servers))]
    public Task Continuation_EmptyWithoutEnd_CostsNothing(string name) =>
        AssertCostsNothingAsync(apps[name], 100_000, i => Continued(apps[name], i, []));

    [Theory(Timeout = 120_000)]
    [InlineData("router", "settings")]
    [InlineData("router", "ping")]
    [InlineData("host", "settings")]
    [InlineData("host", "ping")]
    public async Task Flood_OfFramesThatWantAnAnswer_CostsNothing(string name, string kind)
    {
        byte[] payload = new byte[8];
        await AssertCostsNothingAsync(apps[name], 1_000_000, i =>
        {
            BinaryPrimitives.WriteInt64BigEndian(payload, i);
            return kind == "ping"
                ? Http2Frame.Encode(FrameType.Ping, FrameFlags.None, 0, payload)
                : Http2Frame.Encode(FrameType.Settings, FrameFlags.None, 0, [0, 3, 0, 0, 0, (byte)i]);
        });
    }

    [Theory(Timeout = 60_000)]
    [InlineData("router", 1, 40_000)]
    [InlineData("router", 200, 100)]
    [InlineData("host", 1, 9000)]
    [InlineData("host", 5, 8000)]
    public async Task Headers_TooLargeOrTooMany_AreRefused(string name, int count, int size)
    {
        var server = apps[name];
        await server.IdleAsync();
        await using var client = await server.ConnectAsync();
        long begun = server.Requests.Begun;
        byte[] block = RawHttp2Client.RequestBlock(server.Unary, [.. Enumerable.Range(0, count).Select(i => ($"x-{i}", new string('m', size)))]);
        byte[][] parts = [.. block.Chunk(16_000)];
        try
        {
            for (int i = 0; i < parts.Length; i++)
            {
                await client.SendAsync(
                    i == 0 ? FrameType.Headers : FrameType.Continuation, i == parts.Length - 1 ? FrameFlags.EndHeaders : 0, 1, parts[i]);
            }
        }
        catch (IOException)
        {
            // Refused before the last of them.
        }

        var answer = await client.ReadUntilAsync(frame => frame.Type is FrameType.Headers or FrameType.GoAway);

        Assert.True(answer is null or { Type: FrameType.GoAway } || HeaderBlock.Decode(answer.Payload)[":status"] == "431", $"{answer}");
        Assert.Equal(begun, server.Requests.Begun);
    }

    private static byte[] Continued(WireServer server, int i, byte[] more) => i == 0
        ? Http2Frame.Encode(FrameType.Headers, FrameFlags.None, 1, RawHttp2Client.RequestBlock(server.Stream))
        : Http2Frame.Encode(FrameType.Continuation, FrameFlags.None, 1, more);

    /// <summary>Sends until the server hangs up, which it must before the last frame.</summary>
    private static async Task AssertEndsWithoutGrowthAsync(WireServer server, int count, Func<int, byte[]> frames)
    {
        await using var other = await Other.ConnectAsync(server);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await using var client = await server.ConnectAsync();
        var goAway = client.ReadUntilAsync(frame => frame.Type == FrameType.GoAway);
        bool cut = false;
        for (int i = 0; i < count && !cut && !goAway.IsCompleted; i++)
        {
            try
            {
                await client.SendAsync(frames(i));
            }
            catch (IOException)
            {
                cut = true;
            }

            if (i % 1000 == 0)
            {
                await other.AskAsync();
            }
        }

        var end = await goAway;
        Assert.True(end is null || end.ErrorCode != 0, "GOAWAY with an error, or a closed connection");
        await other.AskAsync();
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, Growth);
    }

    /// <summary>Sends without reading the answers, to the point where the server stops taking more, hangs up, or has taken all.</summary>
    private async Task AssertCostsNothingAsync(WireServer server, int count, Func<int, byte[]> frames)
    {
        await server.IdleAsync();
        await using var other = await Other.ConnectAsync(server);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await using var client = await server.ConnectAsync();
        int sent = 0;
        byte[] batch = [];
        try
        {
            while (sent < count)
            {
                batch = [.. Enumerable.Range(sent, 1000).SelectMany(frames)];
                var send = client.SendAsync(batch);

                // A held-up send shows that the server has stopped reading: bounded. The calls of others show that it lives.
                for (int i = 0; i < 200 && !send.IsCompleted; i++)
                {
                    await other.AskAsync();
                }

                if (!send.IsCompleted)
                {
                    break;
                }

                await send;
                sent += 1000;
            }

            output.WriteLine($"sent {sent} of {count}");
        }
        catch (IOException)
        {
            output.WriteLine($"cut after {sent} of {count}");
        }

        await other.AskAsync();
        long growth = GC.GetTotalMemory(forceFullCollection: true) - before - batch.Length;
        output.WriteLine($"{growth} bytes more");
        Assert.InRange(growth, long.MinValue, Growth);
        Assert.Equal(0, server.Requests.Active);
    }
}
