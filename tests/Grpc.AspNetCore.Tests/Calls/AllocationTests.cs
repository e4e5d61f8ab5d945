using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Calls;

[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationCollection;

/// <summary>What a token's message costs, both sides together. Alone: the counter is the whole process's.</summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int Messages = 5000;

    // Measured: 215, of which 150 are the two message objects and their strings. Messages that come one by one cost more
    // than those that come together, so the budgets leave room for a slow machine.
    private const int StreamBudget = 500;

    // Measured: 1,395, of which 300 are messages; two waits on each side and HttpClient's writes are most of the rest.
    private const int PingPongBudget = 2500;

    // Measured: 6,750, of which 300 are messages and 4,200 what Kestrel and HttpClient take for such an exchange alone.
    private const int UnaryBudget = 8000;

    [Fact]
    public async Task Unary_OneAfterTheOther_StaysInTheBudget()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        Echo.EchoClient client = server.Client();
        await CallAsync(client, 200);

        long before = GC.GetTotalAllocatedBytes(precise: true);
        await CallAsync(client, 1000);
        long each = (GC.GetTotalAllocatedBytes(precise: true) - before) / 1000;
        output.WriteLine($"{each} bytes for each call");
        Assert.InRange(each, 0, UnaryBudget);
    }

    [Fact]
    public async Task Duplex_PingPong_StaysInTheBudget()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        using AsyncDuplexStreamingCall<EchoRequest, EchoReply> call = server.Client().Duplex();
        var request = new EchoRequest { Text = "token" };
        await TalkAsync(call, request, 500);

        long before = GC.GetTotalAllocatedBytes(precise: true);
        await TalkAsync(call, request, Messages);
        long each = (GC.GetTotalAllocatedBytes(precise: true) - before) / Messages;
        output.WriteLine($"{each} bytes for each message there and back");
        Assert.InRange(each, 0, PingPongBudget);
    }

    [Fact]
    public async Task ServerStream_Tokens_StayInTheBudget()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        Echo.EchoClient client = server.Client();
        await DrainAsync(client, 500);

        long before = GC.GetTotalAllocatedBytes(precise: true);
        await DrainAsync(client, Messages);
        long each = (GC.GetTotalAllocatedBytes(precise: true) - before) / Messages;
        output.WriteLine($"{each} bytes for each message");
        Assert.InRange(each, 0, StreamBudget);
    }

    private static async Task TalkAsync(AsyncDuplexStreamingCall<EchoRequest, EchoReply> call, EchoRequest request, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await call.RequestStream.WriteAsync(request);
            Assert.True(await call.ResponseStream.MoveNext());
        }
    }

    private static async Task CallAsync(Echo.EchoClient client, int count)
    {
        for (int i = 0; i < count; i++)
            await client.UnaryAsync(new EchoRequest { Text = "token" });
    }

    private static async Task DrainAsync(Echo.EchoClient client, int count)
    {
        using AsyncServerStreamingCall<EchoReply> call = client.ServerStream(new EchoRequest { Text = "token", Count = count });
        while (await call.ResponseStream.MoveNext())
        {
        }
    }
}
