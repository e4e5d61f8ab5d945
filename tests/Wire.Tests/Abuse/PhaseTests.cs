using ExpertCluster.Wire.Tests.Support;

namespace ExpertCluster.Wire.Tests.Abuse;

/// <summary>Case 13: a call that is cancelled, or out of time, in each of its phases, leaves nothing running.</summary>
public sealed class PhaseTests(ServedApps apps)
{
    private const string HeldUp = "held up by flow control";
    private const string Streaming = "while streaming";

    // Bytes of an answer that are let through before a client grants more: some ten tokens.
    private const int Window = 1000;

    // CANCEL
    private const int Cancel = 8;

    public static TheoryData<string, string> Phases
    {
        get
        {
            var data = new MatrixTheoryData<string, string>(
                ["router", "host"], ["no message", "half a message", "while it waits", Streaming, HeldUp]);
            return [.. data, ("router", "while uploading")];
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Phases))]
    public async Task Call_ResetInPhase_LeavesNothing(string name, string phase)
    {
        var server = apps[name];
        await using var client = await BeginAsync(server, phase);

        await client.ResetAsync(1);

        await server.IdleAsync();
        Assert.Equal("0", await server.UnaryStatusAsync(client, 3));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Phases))]
    public async Task Call_ConnectionLostInPhase_LeavesNothing(string name, string phase)
    {
        var server = apps[name];
        var client = await BeginAsync(server, phase);

        await client.DisposeAsync();

        await server.IdleAsync();
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Phases))]
    public async Task Call_OutOfTimeInPhase_LeavesNothing(string name, string phase)
    {
        var server = apps[name];
        await using var client = await BeginInTimeAsync(server, phase);

        var end = await client.ReadUntilAsync(frame => frame.Stream == 1 && IsEnd(frame));

        if (end!.Type == FrameType.ResetStream)
        {
            // No trailers pass a message that is stuck. CANCEL, after its deadline, tells the caller enough.
            Assert.Equal((true, Cancel), (phase is HeldUp or Streaming, end.ErrorCode));
        }
        else
        {
            Assert.Equal("4", HeaderBlock.Decode(end.Payload)["grpc-status"]);
        }

        await server.IdleAsync();
        Assert.Equal("0", await server.UnaryStatusAsync(client, 3));
    }

    /// <summary>A deadline that a busy machine passes before the phase has begun shows nothing: then one of twice the time does.</summary>
    private static async Task<RawHttp2Client> BeginInTimeAsync(WireServer server, string phase)
    {
        for (int milliseconds = 300; ; milliseconds *= 2)
        {
            var client = await server.ConnectAsync();
            if (await TryBeginAsync(server, client, phase, ("grpc-timeout", $"{milliseconds}m")))
            {
                return client;
            }

            await client.DisposeAsync();
        }
    }

    private static async Task<RawHttp2Client> BeginAsync(WireServer server, string phase)
    {
        var client = await server.ConnectAsync();
        Assert.True(await TryBeginAsync(server, client, phase));
        return client;
    }

    /// <returns>False: the call ended before it was in the phase.</returns>
    private static async Task<bool> TryBeginAsync(WireServer server, RawHttp2Client client, string phase, params (string, string)[] headers)
    {
        await server.IdleAsync();
        string path = phase switch
        {
            "no message" or "half a message" or Streaming or HeldUp => server.Stream,
            "while it waits" => "/grpc.health.v1.Health/Watch",
            _ => "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        };
        long begun = server.Requests.Begun;
        await client.WindowAsync(Window);
        await client.RequestAsync(1, path, end: false, headers);
        switch (phase)
        {
            case "no message":
                await Wait.UntilAsync(() => Task.FromResult(server.Requests.Begun > begun));
                break;
            case "half a message":
                await client.DataAsync(1, [0, 0, 0, 0, 9, 1], end: false);
                await Wait.UntilAsync(() => Task.FromResult(server.Requests.Begun > begun));
                break;
            case "while uploading":
                // An empty request is answered with an error in the stream, which then waits for the next.
                await client.DataAsync(1, RawGrpc.Frame([]), end: false);
                return await DataAsync(client) is not null;
            case "while it waits":
                await client.DataAsync(1, RawGrpc.Frame([]), end: true);
                return await DataAsync(client) is not null;
            case Streaming:
                // Less than the whole answer: no machine is so fast that it has ended before the test goes on.
                await client.GrantAsync(1, 20_000);
                await client.DataAsync(1, RawGrpc.Frame(server.Long), end: true);
                return await DataAsync(client) is not null;
            default:
                await client.DataAsync(1, RawGrpc.Frame(server.Long), end: true);
                for (int read = 0; read < Window;)
                {
                    if (await DataAsync(client) is not { } frame)
                    {
                        return false;
                    }

                    read += frame.Payload.Length;
                }

                break;
        }

        return true;
    }

    /// <summary>The next data of the call; null where it ends before.</summary>
    private static async Task<Http2Frame?> DataAsync(RawHttp2Client client)
    {
        var frame = await client.ReadUntilAsync(frame => frame.Stream == 1 && (frame.Type == FrameType.Data || IsEnd(frame)));
        Assert.NotNull(frame);
        return IsEnd(frame) ? null : frame;
    }

    private static bool IsEnd(Http2Frame frame) => frame.Type == FrameType.ResetStream || frame.Flags.HasFlag(FrameFlags.EndStream);
}
