using Google.Protobuf;
using Grpc.AspNetCore.Tests.Calls;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Client.Retry;

public sealed class RetryLimitTests
{
    private readonly ManualTime _time = new();

    private async Task PauseAsync(double seconds)
    {
        await _time.TimerAsync(due => due == TimeSpan.FromSeconds(seconds));
        _time.Advance(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.NotFound)]
    public async Task Pushback_ANumber_IsThePause(StatusCode code)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        List<string?> attempts = RetryTests.FailUntil(server, attempt: 3, code, pushback: "3000");
        using AsyncUnaryCall<EchoReply> call = server.Client(RetryTests.Retrying(_time)).UnaryAsync(new EchoRequest { Text = "a" });
        await PauseAsync(3);
        await PauseAsync(3);
        Assert.Equal("a", (await call).Text);
        Assert.Equal(3, attempts.Count);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    public async Task Pushback_NegativeOrNoNumber_StopsRetries(string pushback)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        RetryTests.FailUntil(server, attempt: 100, pushback: pushback);
        await StatusTests.AssertStatusAsync(
            server.Client(RetryTests.Retrying(_time)).UnaryAsync(new EchoRequest()).ResponseAsync, StatusCode.Unavailable, "attempt 1");
    }

    [Fact]
    public async Task Throttling_TooManyFailures_StopsRetriesUntilCallsSucceed()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        List<string?> attempts = RetryTests.FailUntil(server, attempt: 100);
        Echo.EchoClient client = server.Client(RetryTests.Retrying(
            _time, more: config => config.RetryThrottling = new RetryThrottlingPolicy { MaxTokens = 4, TokenRatio = 1 }));
        // 4 tokens: the second failure leaves 2, which is half.
        AsyncUnaryCall<EchoReply> first = client.UnaryAsync(new EchoRequest());
        await PauseAsync(5);
        await StatusTests.AssertStatusAsync(first.ResponseAsync, StatusCode.Unavailable, "attempt 2");
        await StatusTests.AssertStatusAsync(client.UnaryAsync(new EchoRequest()).ResponseAsync, StatusCode.Unavailable, "attempt 3");

        // 1 is left; three successes make 4 again, and a call is retried once more.
        Assert.Equal(3, attempts.Count);
        RetryTests.FailUntil(server, attempt: 1);
        for (int i = 0; i < 3; i++)
            await client.UnaryAsync(new EchoRequest());
        RetryTests.FailUntil(server, attempt: 2);
        AsyncUnaryCall<EchoReply> last = client.UnaryAsync(new EchoRequest { Text = "a" });
        await PauseAsync(5);
        Assert.Equal("a", (await last).Text);
    }

    [Theory]
    [InlineData(100L, null)]
    [InlineData(null, 100L)]
    public async Task Buffer_RequestIsLarger_IsNotRetried(long? perCall, long? all)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        RetryTests.FailUntil(server, attempt: 2);
        GrpcChannelOptions options = RetryTests.Retrying(_time);
        options.MaxRetryBufferPerCallSize = perCall;
        options.MaxRetryBufferSize = all;
        GrpcChannel channel = server.Channel(options);
        var client = new Echo.EchoClient(channel);
        await StatusTests.AssertStatusAsync(
            client.UnaryAsync(new EchoRequest { Payload = ByteString.CopyFrom(new byte[100]) }).ResponseAsync, StatusCode.Unavailable, "attempt 1");
        Assert.Equal(0, channel.Retries!.Buffer.Held);

        RetryTests.FailUntil(server, attempt: 2);
        AsyncUnaryCall<EchoReply> small = client.UnaryAsync(new EchoRequest { Text = "a" });
        await PauseAsync(5);
        Assert.Equal("a", (await small).Text);
        Assert.Equal(0, channel.Retries.Buffer.Held);
    }

    [Fact]
    public async Task Buffer_StreamGrowsBeyond_TheCallGoesOnUnretried()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        GrpcChannelOptions options = RetryTests.Retrying(_time);
        options.MaxRetryBufferPerCallSize = 100;
        GrpcChannel channel = server.Channel(options);
        using AsyncClientStreamingCall<EchoRequest, EchoReply> call = new Echo.EchoClient(channel).ClientStream();
        for (int i = 0; i < 50; i++)
            await call.RequestStream.WriteAsync(new EchoRequest { Text = "0123456789" });
        Assert.Equal(0, channel.Retries!.Buffer.Held);
        await call.RequestStream.CompleteAsync();
        Assert.Equal(string.Join(',', Enumerable.Repeat("0123456789", 50)), (await call).Text);
    }

    [Fact]
    public async Task MethodConfigs_SeveralFit_TheNarrowestCounts()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        GrpcChannelOptions options = RetryTests.Retrying(_time, more: config => config.MethodConfigs.Add(
            new MethodConfig { Names = { new MethodName { Service = "standin.test.Echo", Method = "Unary" } } }));
        RetryTests.FailUntil(server, attempt: 2);
        await StatusTests.AssertStatusAsync(
            server.Client(options).UnaryAsync(new EchoRequest()).ResponseAsync, StatusCode.Unavailable, "attempt 1");
    }

    public static TheoryData<string, Action<ServiceConfig>> Invalid => new()
    {
        { "max attempts must be greater than 1, and is 1", Change(policy => policy.MaxAttempts = 1) },
        { "max attempts must be greater than 1.", Change(policy => policy.MaxAttempts = null) },
        { "initial backoff must be greater than zero", Change(policy => policy.InitialBackoff = TimeSpan.Zero) },
        { "maximum backoff must be greater than zero", Change(policy => policy.MaxBackoff = null) },
        { "backoff multiplier must be greater than 0", Change(policy => policy.BackoffMultiplier = -1) },
        { "at least 1 retryable status code", Change(policy => policy.RetryableStatusCodes.Clear()) },
        { "max tokens", config => config.RetryThrottling = new RetryThrottlingPolicy { TokenRatio = 1 } },
        { "token ratio", config => config.RetryThrottling = new RetryThrottlingPolicy { MaxTokens = 1, TokenRatio = 0 } },
        { "Duplicate method config", config => config.MethodConfigs.Add(new MethodConfig { Names = { MethodName.Default } }) },
        { "must name its service", config => config.MethodConfigs.Add(new MethodConfig { Names = { new MethodName { Method = "A" } } }) },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void ForAddress_ServiceConfigOutOfRange_IsRefused(string message, Action<ServiceConfig> change)
    {
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(
            () => GrpcChannel.ForAddress("http://127.0.0.1:1", RetryTests.Retrying(_time, more: change)));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    private static Action<ServiceConfig> Change(Action<RetryPolicy> change) => config => change(config.MethodConfigs[0].RetryPolicy!);
}
