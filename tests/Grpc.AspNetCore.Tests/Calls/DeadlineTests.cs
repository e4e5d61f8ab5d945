using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Calls;

public sealed class DeadlineTests
{
    private readonly ManualTime _time = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DateTime> _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DateTime In(int seconds) => _time.GetUtcNow().UtcDateTime.AddSeconds(seconds);

    private async Task<EchoReply> WaitForCancellationAsync(EchoRequest request, ServerCallContext context)
    {
        using CancellationTokenRegistration note = context.CancellationToken.Register(() => _cancelled.TrySetResult(context.Deadline));
        _started.TrySetResult();
        await _cancelled.Task;
        throw new OperationCanceledException(context.CancellationToken);
    }

    [Fact]
    public async Task Client_DeadlinePasses_EndsTheCallAndTheServersWork()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        server.Behaviour.Unary = WaitForCancellationAsync;
        using AsyncUnaryCall<EchoReply> call =
            server.Client(new GrpcChannelOptions { Time = _time }).UnaryAsync(new EchoRequest(), deadline: In(30));
        await _started.Task;
        _time.Advance(TimeSpan.FromSeconds(31));

        await StatusTests.AssertStatusAsync(call.ResponseAsync, StatusCode.DeadlineExceeded, "");
        await _cancelled.Task;
        Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Client_DeadlinePassesMidStream_EndsTheStream()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        server.Behaviour.ServerStream = async (request, responses, context) =>
        {
            await responses.WriteAsync(new EchoReply());
            await WaitForCancellationAsync(request, context);
        };
        using AsyncServerStreamingCall<EchoReply> call =
            server.Client(new GrpcChannelOptions { Time = _time }).ServerStream(new EchoRequest(), deadline: In(30));
        Assert.True(await call.ResponseStream.MoveNext());
        Task<bool> next = call.ResponseStream.MoveNext();
        _time.Advance(TimeSpan.FromSeconds(31));

        await StatusTests.AssertStatusAsync(next, StatusCode.DeadlineExceeded, "");
        await _cancelled.Task;
    }

    [Fact]
    public async Task Client_DeadlineInThePast_NeverReachesTheServer()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        server.Behaviour.Unary = (_, _) => throw new InvalidOperationException("reached");
        Echo.EchoClient client = server.Client(new GrpcChannelOptions { Time = _time });
        await StatusTests.AssertStatusAsync(
            client.UnaryAsync(new EchoRequest(), deadline: In(-1)).ResponseAsync, StatusCode.DeadlineExceeded, "");
    }

    [Fact]
    public async Task Client_DeadlineNotInUtc_IsRefused()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        Assert.Throws<InvalidOperationException>(() =>
            server.Client().UnaryAsync(new EchoRequest(), deadline: new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Local)));
    }

    [Fact]
    public async Task Server_SeesTheDeadline_NearWhatTheClientSet()
    {
        await using EchoServer server = await EchoServer.StartAsync(services: services => services.AddSingleton<TimeProvider>(_time));
        DateTime seen = default;
        server.Behaviour.Unary = (_, context) =>
        {
            seen = context.Deadline;
            return Task.FromResult(new EchoReply());
        };
        Echo.EchoClient client = server.Client(new GrpcChannelOptions { Time = _time });
        await client.UnaryAsync(new EchoRequest(), deadline: In(90));
        Assert.Equal(In(90), seen);
        await client.UnaryAsync(new EchoRequest());
        Assert.Equal(DateTime.MaxValue, seen);
    }

    [Fact]
    public async Task Server_DeadlinePasses_AnswersAlthoughTheMethodGoesOn()
    {
        await using EchoServer server = await EchoServer.StartAsync(services: services => services.AddSingleton<TimeProvider>(_time));
        var release = new TaskCompletionSource();
        server.Behaviour.Unary = async (request, context) =>
        {
            using CancellationTokenRegistration note = context.CancellationToken.Register(() => _cancelled.TrySetResult(context.Deadline));
            _started.SetResult();
            await release.Task;
            return EchoBehaviour.Reply(request);
        };
        Task<RawReply> reply = RawGrpc.PostAsync(server, RawGrpc.UnaryPath, RawGrpc.Frame([]), headers: ("grpc-timeout", "5S"));
        await _started.Task;
        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal("4", (await reply).Status);
        await _cancelled.Task;
        release.SetResult();
    }

    [Fact]
    public async Task Server_DeadlinePassesWhileAWriteIsHeldUp_EndsTheWrite()
    {
        await using EchoServer server = await EchoServer.StartAsync(services: services => services.AddSingleton<TimeProvider>(_time));
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Behaviour.ServerStream = async (_, responses, _) =>
        {
            var large = new EchoReply { Payload = Google.Protobuf.ByteString.CopyFrom(new byte[256 * 1024]) };
            try
            {
                while (true)
                {
                    Task write = responses.WriteAsync(large);
                    _started.TrySetResult();
                    await write;
                }
            }
            catch (Exception e)
            {
                ended.SetResult(e);
                throw;
            }
        };
        // The client's own clock stands, and it never reads.
        using AsyncServerStreamingCall<EchoReply> call =
            server.Client(new GrpcChannelOptions { Time = new ManualTime() }).ServerStream(new EchoRequest(), deadline: In(10));
        await _started.Task;
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.NotNull(await ended.Task);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-5S")]
    [InlineData("5X")]
    [InlineData("123456789S")]
    public async Task Server_MalformedTimeout_IsNoDeadline(string header)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        Assert.Equal("0", (await RawGrpc.PostAsync(server, RawGrpc.UnaryPath, RawGrpc.Frame([]), headers: ("grpc-timeout", header))).Status);
    }
}
