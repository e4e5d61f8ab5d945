using ExpertCluster.Cluster.Hosting;
using Google.Protobuf;
using Grpc.AspNetCore.Tests.Support;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Abuse;

/// <summary>Case 14: a reader that stops reading costs one bounded buffer, and then its stream.</summary>
public sealed class StalledReaderTests
{
    private const int Window = 65_535;

    // Kestrel holds a response's writer up once 4 KiB wait for the window.
    private const int Buffer = 8 * 1024;

    [Fact(Timeout = 60_000)]
    public async Task Download_ReaderStops_IsResetAloneAfterTheLimit()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        await using RawHttp2Client client = await server.ConnectAsync();
        await client.RequestAsync(1, GuardedServer.Download);
        await client.DataAsync(1, RawGrpc.Frame(new EchoRequest { Count = Window - 2000 }.ToByteArray()), end: true);
        await server.WaitingAsync();

        // The limit begins with the write that waits, which may be the next one; the others of that connection go on.
        int seconds = 0;
        for (int stream = 3; !client.Resets.ContainsKey(1); stream += 2)
        {
            Assert.Equal("0", await PhaseTests.UnaryStatusAsync(client, stream));
            await server.EndedAsync();
            server.Time.Advance(TimeSpan.FromSeconds(1));
            seconds++;
        }
        Assert.InRange(seconds, GuardedServer.StallSeconds, 2 * GuardedServer.StallSeconds);
        Assert.InRange(server.Written, Window - 2000, Window + Buffer);

        Assert.Equal(0xB, client.Resets[1]);
        await server.EndedAsync();
        Assert.Equal(0, server.Active);
        Assert.IsType<StalledReaderException>(server.Failure);
        Assert.Equal("0", await PhaseTests.UnaryStatusAsync(client, 999));
    }

    [Fact(Timeout = 60_000)]
    public async Task Download_ReaderGoesOnInTime_IsLeftAlone()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        await using RawHttp2Client client = await server.ConnectAsync();
        await client.RequestAsync(1, GuardedServer.Download);
        await client.DataAsync(1, RawGrpc.Frame(new EchoRequest { Count = Window - 2000 }.ToByteArray()), end: true);
        await server.WaitingAsync();
        for (int i = 0; i < 3; i++)
        {
            server.Time.Advance(TimeSpan.FromSeconds(GuardedServer.StallSeconds - 1));
            long wanted = server.Written + 15_000;
            await client.GrantAsync(1, 20_000);
            while (server.Written < wanted)
                await server.WaitingAsync();
        }
        Assert.Equal(1, server.Active);
        Assert.Null(server.Failure);
    }
}
