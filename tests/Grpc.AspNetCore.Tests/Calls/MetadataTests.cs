using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Calls;

public sealed class MetadataTests
{
    private static readonly byte[] Bytes = [0, 1, 2, 250, 255];

    [Fact]
    public async Task RequestHeaders_TextAndBytes_ReachTheMethod()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        Metadata? seen = null;
        server.Behaviour.Unary = (request, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(EchoBehaviour.Reply(request));
        };
        await server.Client().UnaryAsync(
            new EchoRequest(), new Metadata { { "Tenant", "a" }, { "tenant", "b" }, { "token-bin", Bytes }, { "empty-bin", [] } });

        Assert.Equal(["a", "b"], seen!.GetAll("tenant").SelectMany(entry => entry.Value.Split(',', StringSplitOptions.TrimEntries)));
        Assert.Equal(Bytes, seen.GetValueBytes("token-bin"));
        Assert.Equal([], seen.GetValueBytes("empty-bin")!);
        Assert.Null(seen.Get("te"));
        Assert.Null(seen.Get("content-type"));
        Assert.Null(seen.Get(":path"));
    }

    [Fact]
    public async Task ResponseHeaders_WrittenByMethod_ComeBeforeTheFirstMessage()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        var release = new TaskCompletionSource();
        server.Behaviour.ServerStream = async (_, responses, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "host", "h1" }, { "plan", "p" }, { "sig-bin", Bytes } });
            await release.Task;
            await responses.WriteAsync(new EchoReply());
        };
        using AsyncServerStreamingCall<EchoReply> call = server.Client().ServerStream(new EchoRequest());
        Metadata headers = await call.ResponseHeadersAsync;
        release.SetResult();

        Assert.Equal("p", headers.GetValue("plan"));
        Assert.Equal(Bytes, headers.GetValueBytes("sig-bin"));
        Assert.True(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task WriteResponseHeaders_Twice_IsRefused()
    {
        await using EchoServer server = await EchoServer.StartAsync(options => options.EnableDetailedErrors = true);
        server.Behaviour.Unary = async (_, context) =>
        {
            await context.WriteResponseHeadersAsync([]);
            await context.WriteResponseHeadersAsync([]);
            return new EchoReply();
        };
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => server.Client().UnaryAsync(new EchoRequest()).ResponseAsync);
        Assert.Contains("only be sent once", e.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Trailers_AfterStream_ComeWithTheStatus(int messages)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        server.Behaviour.ServerStream = async (_, responses, context) =>
        {
            for (int i = 0; i < messages; i++)
                await responses.WriteAsync(new EchoReply());
            context.ResponseTrailers.Add("cost", "7");
            context.ResponseTrailers.Add("sig-bin", Bytes);
            context.Status = new Status(StatusCode.FailedPrecondition, "not yet");
        };
        using AsyncServerStreamingCall<EchoReply> call = server.Client().ServerStream(new EchoRequest());
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext())
            {
            }
        });
        Assert.Equal(StatusCode.FailedPrecondition, e.StatusCode);
        Assert.Equal("7", e.Trailers.GetValue("cost"));
        Assert.Equal(Bytes, call.GetTrailers().GetValueBytes("sig-bin"));
    }

    [Theory]
    [InlineData("plain text")]
    [InlineData("50% of हिन्दी and 繁體中文,\r\nsecond line \u0001")]
    [InlineData("")]
    public async Task StatusDetail_AnyText_ArrivesUnchanged(string detail)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        server.Behaviour.Unary = (_, _) => throw new RpcException(
            new Status(StatusCode.InvalidArgument, detail), new Metadata { { "field", "max_tokens" } });
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => server.Client().UnaryAsync(new EchoRequest()).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, e.StatusCode);
        Assert.Equal(detail, e.Status.Detail);
        Assert.Equal("max_tokens", e.Trailers.GetValue("field"));
    }

    [Fact]
    public async Task GetStatus_WhileTheCallRuns_IsRefused()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        server.Behaviour.ServerStream = (_, _, context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        using AsyncServerStreamingCall<EchoReply> call = server.Client().ServerStream(new EchoRequest());
        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());
    }
}
