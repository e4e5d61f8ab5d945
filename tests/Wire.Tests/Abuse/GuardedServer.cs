using ExpertCluster.Cluster.Hosting;
using ExpertCluster.Cluster.Options;
using ExpertCluster.Cluster.Transport;
using Google.Protobuf;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Abuse;

/// <summary>The echo service behind the product's own limits, on a clock that the test moves, with a count of what runs.</summary>
internal sealed class GuardedServer : IAsyncDisposable
{
    public const string Unary = "/standin.test.Echo/Unary";
    public const string Upload = "/standin.test.Echo/ClientStream";
    public const string Download = "/standin.test.Echo/ServerStream";
    public const int StallSeconds = 30;

    private readonly SemaphoreSlim _began = new(0);
    private readonly SemaphoreSlim _ended = new(0);
    private int _active;
    private int _served;

    public EchoServer Echo { get; private set; } = null!;

    public ManualTime Time { get; } = new();

    /// <summary>Bytes of payload that the endless download could write so far.</summary>
    public long Written { get; private set; }

    /// <summary>How the endless download, or the upload, ended; set before its request ends.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Released when a handler waits for its cancellation, or its write is held up.</summary>
    public SemaphoreSlim Waiting { get; } = new(0);

    public int Active => Volatile.Read(ref _active);

    /// <summary>Requests of raw clients that have come.</summary>
    public int Served => Volatile.Read(ref _served);

    public static async Task<GuardedServer> StartAsync()
    {
        var server = new GuardedServer();
        server.Echo = await EchoServer.StartAsync(
            services: services => services.AddSingleton<TimeProvider>(server.Time),
            map: server.Count,
            kestrel: kestrel => KestrelLimits.Apply(kestrel, new TransportOptions()));
        server.Echo.Behaviour.ServerStream = server.DownloadAsync;
        server.Echo.Behaviour.ClientStream = server.UploadAsync;
        server.Echo.Behaviour.Unary = server.UnaryAsync;
        return server;
    }

    public Task<RawHttp2Client> ConnectAsync() => RawHttp2Client.ConnectAsync(Echo.Address);

    public Task BeganAsync() => _began.WaitAsync(TestContext.Current.CancellationToken);

    public Task EndedAsync() => _ended.WaitAsync(TestContext.Current.CancellationToken);

    public Task WaitingAsync() => Waiting.WaitAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => Echo.DisposeAsync();

    private void Count(WebApplication app) => app.Use(async (http, next) =>
    {
        Interlocked.Increment(ref _active);
        // Who sends no user agent is a raw client.
        if (http.Request.Headers.UserAgent.Count == 0)
            Interlocked.Increment(ref _served);
        _began.Release();
        try
        {
            await next(http);
        }
        finally
        {
            Interlocked.Decrement(ref _active);
            _ended.Release();
        }
    });

    // Echoes, but a call without text waits for its cancellation.
    private async Task<EchoReply> UnaryAsync(EchoRequest request, ServerCallContext context)
    {
        if (request.Text.Length == 0)
        {
            Waiting.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        }
        return EchoBehaviour.Reply(request);
    }

    private async Task<EchoReply> UploadAsync(IAsyncStreamReader<EchoRequest> requests, ServerCallContext context)
    {
        try
        {
            Waiting.Release();
            int read = 0;
            while (await requests.MoveNext())
                read++;
            return new EchoReply { Text = $"{read}" };
        }
        catch (Exception e)
        {
            Failure = e;
            throw;
        }
    }

    // As the product's services write: each message within the limit for stalled readers.
    private async Task DownloadAsync(EchoRequest request, IServerStreamWriter<EchoReply> responses, ServerCallContext context)
    {
        var guard = new StallGuard(new NodeOptions { StallSeconds = StallSeconds }, Time);
        var reply = new EchoReply { Payload = ByteString.CopyFrom(new byte[1000]) };
        try
        {
            while (true)
            {
                Task write = responses.WriteAsync(reply);
                ValueTask guarded = guard.WaitAsync(write, context.GetHttpContext());
                if (Written >= request.Count && !write.IsCompleted)
                    Waiting.Release();
                await guarded;
                Written += reply.Payload.Length;
            }
        }
        catch (Exception e)
        {
            Failure = e;
            throw;
        }
    }
}
