using System.Buffers.Binary;
using Grpc.AspNetCore.Tests.Support;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Abuse;

/// <summary>Cases 15 and 16: floods. Alone: the memory is the whole process's.</summary>
[Collection(nameof(Alone))]
public sealed class FloodTests(ITestOutputHelper output)
{
    private const long Growth = 16 * 1024 * 1024;

    [Fact(Timeout = 120_000)]
    public async Task RapidReset_TenThousandStreams_EndsThatConnectionAlone()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        Echo.EchoClient other = server.Echo.Client();
        await other.UnaryAsync(new EchoRequest { Text = "t" });
        byte[] headers = RawHttp2Client.RequestBlock(GuardedServer.Unary);
        byte[] cancel = [0, 0, 0, 8];
        await AssertEndsWithoutGrowthAsync(server, other, 10_000, i =>
        {
            int stream = (2 * i) + 1;
            return
            [
                .. Http2Frame.Encode(FrameType.Headers, FrameFlags.EndHeaders, stream, headers),
                .. Http2Frame.Encode(FrameType.ResetStream, FrameFlags.None, stream, cancel),
            ];
        });
        output.WriteLine($"{server.Served} requests reached the server");
        await server.Echo.DisposeAsync();
        Assert.Equal(0, server.Active);
    }

    [Fact(Timeout = 120_000)]
    public async Task Continuation_WithoutEnd_EndsTheConnection()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        Echo.EchoClient other = server.Echo.Client();
        byte[] more = HeaderBlock.Encode([("x-more", new string('m', 1000))]);
        await AssertEndsWithoutGrowthAsync(server, other, 10_000, i => i == 0
            ? Http2Frame.Encode(FrameType.Headers, FrameFlags.None, 1, RawHttp2Client.RequestBlock(GuardedServer.Unary))
            : Http2Frame.Encode(FrameType.Continuation, FrameFlags.None, 1, more));
        Assert.Equal(0, server.Served);
    }

    [Fact(Timeout = 120_000)]
    public async Task Continuation_EmptyWithoutEnd_CostsNothing()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        await AssertCostsNothingAsync(server, 100_000, i => i == 0
            ? Http2Frame.Encode(FrameType.Headers, FrameFlags.None, 1, RawHttp2Client.RequestBlock(GuardedServer.Unary))
            : Http2Frame.Encode(FrameType.Continuation, FrameFlags.None, 1, []));
        Assert.Equal(0, server.Served);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("settings")]
    [InlineData("ping")]
    public async Task Flood_OfFramesThatWantAnAnswer_CostsNothing(string kind)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        byte[] payload = new byte[8];
        await AssertCostsNothingAsync(server, 1_000_000, i =>
        {
            BinaryPrimitives.WriteInt64BigEndian(payload, i);
            return kind == "ping"
                ? Http2Frame.Encode(FrameType.Ping, FrameFlags.None, 0, payload)
                : Http2Frame.Encode(FrameType.Settings, FrameFlags.None, 0, [0, 3, 0, 0, 0, (byte)i]);
        });
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1, 40_000)]
    [InlineData(200, 100)]
    public async Task Headers_TooLargeOrTooMany_AreRefused(int count, int size)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        await using RawHttp2Client client = await server.ConnectAsync();
        byte[] block = RawHttp2Client.RequestBlock(
            GuardedServer.Unary, [.. Enumerable.Range(0, count).Select(i => ($"x-{i}", new string('m', size)))]);
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
        Http2Frame? answer = await client.ReadUntilAsync(frame => frame.Type is FrameType.Headers or FrameType.GoAway);
        Assert.True(answer is null or { Type: FrameType.GoAway } || HeaderBlock.Decode(answer.Payload)[":status"] == "431", $"{answer}");
        Assert.Equal(0, server.Served);
    }

    /// <summary>Sends until the server hangs up, which it must before the last frame.</summary>
    private static async Task AssertEndsWithoutGrowthAsync(GuardedServer server, Echo.EchoClient other, int count, Func<int, byte[]> frames)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await using RawHttp2Client client = await server.ConnectAsync();
        Task<Http2Frame?> goAway = client.ReadUntilAsync(frame => frame.Type == FrameType.GoAway);
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
                await other.UnaryAsync(new EchoRequest { Text = "t" });
        }
        Http2Frame? end = await goAway;
        Assert.True(end is null || end.ErrorCode != 0, "GOAWAY with an error, or a closed connection");
        await other.UnaryAsync(new EchoRequest { Text = "t" });
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, Growth);
    }

    /// <summary>Sends without reading the answers, to the point where the server stops taking more, hangs up, or has taken all.</summary>
    private async Task AssertCostsNothingAsync(GuardedServer server, int count, Func<int, byte[]> frames)
    {
        Echo.EchoClient other = server.Echo.Client();
        await other.UnaryAsync(new EchoRequest { Text = "t" });
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await using RawHttp2Client client = await server.ConnectAsync();
        int sent = 0;
        byte[] batch = [];
        try
        {
            while (sent < count)
            {
                batch = [.. Enumerable.Range(sent, 1000).SelectMany(frames)];
                Task send = client.SendAsync(batch);
                // A held-up send shows that the server has stopped reading: bounded. The calls of others show that it lives.
                for (int i = 0; i < 200 && !send.IsCompleted; i++)
                    await other.UnaryAsync(new EchoRequest { Text = "t" });
                if (!send.IsCompleted)
                    break;
                await send;
                sent += 1000;
            }
            output.WriteLine($"sent {sent} of {count}");
        }
        catch (IOException)
        {
            output.WriteLine($"cut after {sent} of {count}");
        }
        await other.UnaryAsync(new EchoRequest { Text = "t" });
        long growth = GC.GetTotalMemory(forceFullCollection: true) - before - batch.Length;
        output.WriteLine($"{growth} bytes more");
        Assert.InRange(growth, long.MinValue, Growth);
    }
}
