using Grpc.AspNetCore.Tests.Calls;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Client.Retry;

public sealed class RetryTests
{
    private readonly ManualTime _time = new();

    // A random part of the backoff is waited for: here half of it, so 5 s before the first retry.
    private GrpcChannelOptions Options => Retrying(_time);

    internal static GrpcChannelOptions Retrying(TimeProvider time, int attempts = 4, Action<ServiceConfig>? more = null)
    {
        var config = new ServiceConfig { MethodConfigs = { new MethodConfig { Names = { MethodName.Default }, RetryPolicy = Policy(attempts) } } };
        more?.Invoke(config);
        return new GrpcChannelOptions { Time = time, Random = new ConnectivityTests.Middle(), ServiceConfig = config };
    }

    internal static RetryPolicy Policy(int attempts = 4) => new()
    {
        MaxAttempts = attempts,
        InitialBackoff = TimeSpan.FromSeconds(10),
        MaxBackoff = TimeSpan.FromSeconds(15),
        BackoffMultiplier = 2,
        RetryableStatusCodes = { StatusCode.Unavailable, StatusCode.Aborted },
    };

    private async Task PauseAsync(double seconds)
    {
        await _time.TimerAsync(due => due == TimeSpan.FromSeconds(seconds));
        _time.Advance(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task Unary_FailsThenWorks_IsRetriedAfterGrowingPauses()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        List<string?> attempts = FailUntil(server, attempt: 4);
        using AsyncUnaryCall<EchoReply> call = server.Client(Options).UnaryAsync(new EchoRequest { Text = "a" });
        await PauseAsync(5);
        await PauseAsync(7.5);
        await PauseAsync(7.5);
        Assert.Equal("a", (await call).Text);
        Assert.Equal([null, "1", "2", "3"], attempts);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Equal("4", (await call.ResponseHeadersAsync).GetValue("attempt"));
    }

    [Fact]
    public async Task Unary_FailsToTheLastAttempt_GivesItsStatus()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        List<string?> attempts = FailUntil(server, attempt: 100);
        using AsyncUnaryCall<EchoReply> call = server.Client(Retrying(_time, attempts: 2)).UnaryAsync(new EchoRequest());
        await PauseAsync(5);
        await StatusTests.AssertStatusAsync(call.ResponseAsync, StatusCode.Unavailable, "attempt 2");
        Assert.Equal(2, attempts.Count);
        Assert.Equal("2", call.GetTrailers().GetValue("attempt"));
    }

    [Fact]
    public async Task Unary_ChannelAllowsFewerAttempts_TheChannelCounts()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        List<string?> attempts = FailUntil(server, attempt: 100);
        GrpcChannelOptions options = Options;
        options.MaxRetryAttempts = 1;
        await StatusTests.AssertStatusAsync(
            server.Client(options).UnaryAsync(new EchoRequest()).ResponseAsync, StatusCode.Unavailable, "attempt 1");
        Assert.Single(attempts);
    }

    [Fact]
    public async Task Unary_OtherStatus_IsNotRetried()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        List<string?> attempts = FailUntil(server, attempt: 100, StatusCode.InvalidArgument);
        await StatusTests.AssertStatusAsync(
            server.Client(Options).UnaryAsync(new EchoRequest()).ResponseAsync, StatusCode.InvalidArgument, "attempt 1");
        Assert.Single(attempts);
    }

    [Fact]
    public async Task Unary_DeadlinePassesInAPause_EndsTheCall()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        FailUntil(server, attempt: 100);
        using AsyncUnaryCall<EchoReply> call = server.Client(Options).UnaryAsync(
            new EchoRequest(), deadline: _time.GetUtcNow().UtcDateTime.AddSeconds(4));
        await _time.TimerAsync(due => due == TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(4));
        await StatusTests.AssertStatusAsync(call.ResponseAsync, StatusCode.DeadlineExceeded, "");
        Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Unary_Deadline_SpansAllAttempts()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        var timeouts = new List<string?>();
        server.Behaviour.Unary = (_, context) =>
        {
            timeouts.Add(context.GetHttpContext().Request.Headers["grpc-timeout"]);
            throw new RpcException(new Status(StatusCode.Unavailable, ""));
        };
        using AsyncUnaryCall<EchoReply> call = server.Client(Retrying(_time, attempts: 2)).UnaryAsync(
            new EchoRequest(), deadline: _time.GetUtcNow().UtcDateTime.AddSeconds(100));
        await PauseAsync(5);
        await StatusTests.AssertStatusAsync(call.ResponseAsync, StatusCode.Unavailable, "");
        Assert.Equal(["100000m", "95000m"], timeouts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unary_CancelledInAPause_EndsTheCall(bool byToken)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        List<string?> attempts = FailUntil(server, attempt: 100);
        using var cancel = new CancellationTokenSource();
        AsyncUnaryCall<EchoReply> call = server.Client(Options).UnaryAsync(new EchoRequest(), cancellationToken: cancel.Token);
        await _time.TimerAsync(due => due == TimeSpan.FromSeconds(5));
        if (byToken)
            await cancel.CancelAsync();
        else
            call.Dispose();
        await StatusTests.AssertStatusAsync(
            call.ResponseAsync, StatusCode.Cancelled, byToken ? "Call canceled by the client." : "gRPC call disposed.");
        Assert.Single(attempts);
    }

    [Fact]
    public async Task ServerStream_FailsBeforeTheFirstMessage_IsRetried()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        int attempts = 0;
        server.Behaviour.ServerStream = async (request, responses, _) =>
        {
            if (++attempts == 1)
                throw new RpcException(new Status(StatusCode.Unavailable, "not yet"));
            await responses.WriteAsync(new EchoReply { Text = request.Text });
        };
        using AsyncServerStreamingCall<EchoReply> call = server.Client(Options).ServerStream(new EchoRequest { Text = "a" });
        Task<bool> first = call.ResponseStream.MoveNext();
        await PauseAsync(5);
        Assert.True(await first);
        Assert.Equal("a", call.ResponseStream.Current.Text);
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task ServerStream_FailsAfterTheFirstMessage_IsNotRetried()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        int attempts = 0;
        server.Behaviour.ServerStream = async (_, responses, _) =>
        {
            attempts++;
            await responses.WriteAsync(new EchoReply());
            throw new RpcException(new Status(StatusCode.Unavailable, "too late"));
        };
        using AsyncServerStreamingCall<EchoReply> call = server.Client(Options).ServerStream(new EchoRequest());
        Assert.True(await call.ResponseStream.MoveNext());
        await StatusTests.AssertStatusAsync(call.ResponseStream.MoveNext(), StatusCode.Unavailable, "too late");
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task ClientStream_FailsInTheMiddle_SendsEverythingAgain()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        Func<IAsyncStreamReader<EchoRequest>, ServerCallContext, Task<EchoReply>> collect = server.Behaviour.ClientStream;
        int attempts = 0;
        server.Behaviour.ClientStream = async (requests, context) =>
        {
            if (++attempts > 1)
                return await collect(requests, context);
            Assert.True(await requests.MoveNext());
            throw new RpcException(new Status(StatusCode.Aborted, "again"));
        };
        using AsyncClientStreamingCall<EchoRequest, EchoReply> call = server.Client(Options).ClientStream();
        await call.RequestStream.WriteAsync(new EchoRequest { Text = "a" });
        await PauseAsync(5);
        await call.RequestStream.WriteAsync(new EchoRequest { Text = "b" });
        await call.RequestStream.WriteAsync(new EchoRequest { Text = "c" });
        await call.RequestStream.CompleteAsync();
        Assert.Equal("a,b,c", (await call).Text);
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task Duplex_RetriedOnce_ThenGoesBackAndForth()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        Func<IAsyncStreamReader<EchoRequest>, IServerStreamWriter<EchoReply>, ServerCallContext, Task> echo = server.Behaviour.Duplex;
        int attempts = 0;
        server.Behaviour.Duplex = (requests, responses, context) => ++attempts > 1
            ? echo(requests, responses, context) : throw new RpcException(new Status(StatusCode.Unavailable, "again"));
        using AsyncDuplexStreamingCall<EchoRequest, EchoReply> call = server.Client(Options).Duplex();
        await PauseAsync(5);
        for (int i = 0; i < 10; i++)
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = $"{i}" });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal($"{i}", call.ResponseStream.Current.Text);
        }
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Interceptor_AroundARetriedCall_SeesOneCall()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        FailUntil(server, attempt: 2);
        var counting = new CountingInterceptor();
        var client = new Echo.EchoClient(server.Channel(Options).Intercept(counting));
        AsyncUnaryCall<EchoReply> call = client.UnaryAsync(new EchoRequest { Text = "a" });
        await PauseAsync(5);
        Assert.Equal("a", (await call).Text);
        Assert.Equal(1, counting.Calls);
    }

    [Fact]
    public async Task Unary_MessageCannotBeSerialized_IsTheCallsStatus()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        GrpcChannelOptions options = Options;
        options.MaxSendMessageSize = 10;
        RpcException e = await Assert.ThrowsAsync<RpcException>(
            () => server.Client(options).UnaryAsync(new EchoRequest { Text = "longer than ten" }).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
    }

    /// <summary>Fails each attempt before one; gives the header that numbers them.</summary>
    internal static List<string?> FailUntil(EchoServer server, int attempt, StatusCode code = StatusCode.Unavailable, string? pushback = null)
    {
        var attempts = new List<string?>();
        server.Behaviour.Unary = async (request, context) =>
        {
            attempts.Add(context.RequestHeaders.GetValue("grpc-previous-rpc-attempts"));
            if (attempts.Count >= attempt)
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "attempt", $"{attempts.Count}" } });
                return EchoBehaviour.Reply(request);
            }
            var trailers = new Metadata { { "attempt", $"{attempts.Count}" } };
            if (pushback is not null)
                trailers.Add("grpc-retry-pushback-ms", pushback);
            throw new RpcException(new Status(code, $"attempt {attempts.Count}"), trailers);
        };
        return attempts;
    }
}
