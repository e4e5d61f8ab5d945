using Google.Protobuf;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Calls;

public sealed class BackpressureTests
{
    private const int Messages = 400;
    private static readonly ByteString Payload = ByteString.CopyFrom(new byte[64 * 1024]);

    [Fact]
    public async Task ServerStream_ReaderThatPauses_HoldsUpTheMethodAlone()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        Task? running = null;
        server.Behaviour.ServerStream = (request, responses, _) => running = WriteAllAsync(responses);
        Echo.EchoClient client = server.Client();
        using AsyncServerStreamingCall<EchoReply> call = client.ServerStream(new EchoRequest());
        Assert.True(await call.ResponseStream.MoveNext());
        // Others get through meanwhile, on the same connection; 25 MB without a reader don't.
        for (int i = 0; i < 50; i++)
            await client.UnaryAsync(new EchoRequest());
        Assert.False(running!.IsCompleted);

        int read = 1;
        while (await call.ResponseStream.MoveNext())
            read++;
        Assert.Equal(Messages, read);
        await running;
    }

    [Fact]
    public async Task ClientStream_MethodThatPauses_HoldsUpTheWriter()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        var release = new TaskCompletionSource();
        server.Behaviour.ClientStream = async (requests, _) =>
        {
            await release.Task;
            int read = 0;
            while (await requests.MoveNext())
                read++;
            return new EchoReply { Text = $"{read}" };
        };
        Echo.EchoClient client = server.Client();
        using AsyncClientStreamingCall<EchoRequest, EchoReply> call = client.ClientStream();
        Task writing = WriteAllAsync(call.RequestStream);
        for (int i = 0; i < 50; i++)
            await client.UnaryAsync(new EchoRequest());
        Assert.False(writing.IsCompleted);

        release.SetResult();
        await writing;
        await call.RequestStream.CompleteAsync();
        Assert.Equal($"{Messages}", (await call).Text);
    }

    private static async Task WriteAllAsync(IServerStreamWriter<EchoReply> responses)
    {
        for (int i = 0; i < Messages; i++)
            await responses.WriteAsync(new EchoReply { Payload = Payload });
    }

    private static async Task WriteAllAsync(IClientStreamWriter<EchoRequest> requests)
    {
        for (int i = 0; i < Messages; i++)
            await requests.WriteAsync(new EchoRequest { Payload = Payload });
    }
}
