using Google.Protobuf;
using Grpc.AspNetCore.Tests.Support;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Abuse;

/// <summary>Case 13: a call that is cancelled, or out of time, in each of its phases, leaves nothing running.</summary>
public sealed class PhaseTests
{
    public static TheoryData<string> Phases { get; } =
        ["no message", "half a message", "in the method", "while uploading", "while downloading", "held up by flow control"];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Phases))]
    public async Task Call_ResetInPhase_LeavesNothing(string phase)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        await using RawHttp2Client client = await BeginAsync(server, phase);
        await client.ResetAsync(1);
        await server.EndedAsync();
        Assert.Equal(0, server.Active);
        // The connection goes on.
        Assert.Equal("0", await UnaryStatusAsync(client, 3));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Phases))]
    public async Task Call_ConnectionLostInPhase_LeavesNothing(string phase)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        RawHttp2Client client = await BeginAsync(server, phase);
        await client.DisposeAsync();
        await server.EndedAsync();
        Assert.Equal(0, server.Active);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Phases))]
    public async Task Call_OutOfTimeInPhase_LeavesNothing(string phase)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        await using RawHttp2Client client = await BeginAsync(server, phase, ("grpc-timeout", "20S"));
        Task ended = server.EndedAsync();
        Task<Http2Frame?> answer = client.ReadUntilAsync(frame => frame.Stream == 1
            && (frame.Type == FrameType.ResetStream || frame.Flags.HasFlag(FrameFlags.EndStream)));
        // More than once: nothing tells when the server has set its clock.
        while (!ended.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromSeconds(20));
            await Task.Yield();
        }
        await ended;
        Assert.Equal(0, server.Active);
        Http2Frame end = (await answer)!;
        if (phase == "held up by flow control" || (phase == "while downloading" && end.Type == FrameType.ResetStream))
        {
            // No trailers pass a message that is stuck. CANCEL, after its deadline, tells the caller enough.
            Assert.Equal((FrameType.ResetStream, 8), (end.Type, end.ErrorCode));
        }
        else
        {
            Assert.Equal("4", HeaderBlock.Decode(end.Payload)["grpc-status"]);
        }
    }

    internal static async Task<string> UnaryStatusAsync(RawHttp2Client client, int stream)
    {
        await client.RequestAsync(stream, GuardedServer.Unary);
        await client.DataAsync(stream, RawGrpc.Frame(new EchoRequest { Text = "t" }.ToByteArray()), end: true);
        return (await client.EndOfCallAsync(stream))["grpc-status"];
    }

    private static async Task<RawHttp2Client> BeginAsync(GuardedServer server, string phase, params (string, string)[] headers)
    {
        RawHttp2Client client = await server.ConnectAsync();
        string path = phase switch
        {
            "while uploading" => GuardedServer.Upload,
            "while downloading" or "held up by flow control" => GuardedServer.Download,
            _ => GuardedServer.Unary,
        };
        await client.RequestAsync(1, path, end: false, headers);
        await server.BeganAsync();
        switch (phase)
        {
            case "half a message":
                await client.DataAsync(1, [0, 0, 0, 0, 9, 1], end: false);
                break;
            case "in the method":
                await client.DataAsync(1, RawGrpc.Frame([]), end: true);
                await server.WaitingAsync();
                break;
            case "while uploading":
                await client.DataAsync(1, RawGrpc.Frame([]), end: false);
                await server.WaitingAsync();
                break;
            case "while downloading":
                await client.GrantAsync(1, int.MaxValue - 65_535);
                await client.DataAsync(1, RawGrpc.Frame([]), end: true);
                await client.ReadUntilAsync(frame => frame.Type == FrameType.Data);
                break;
            case "held up by flow control":
                // HTTP/2's first window is 65,535 bytes; nothing gives another.
                await client.DataAsync(1, RawGrpc.Frame(new EchoRequest { Count = 60_000 }.ToByteArray()), end: true);
                await server.WaitingAsync();
                break;
        }
        return client;
    }
}
