using System.Net;
using System.Text;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Apis.ExtProc;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1.ExtProc;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using BodySendMode = ExpertCluster.V1.ExtProc.ProcessingMode.Types.BodySendMode;
using StatusCode = Grpc.Core.StatusCode;

namespace ExpertCluster.Router.Tests.Apis.ExtProc;

/// <summary>The service behind a real connection.</summary>
public sealed class ExternalProcessorServiceTests : IAsyncDisposable
{
    private const string Chat = """{"model":"auto","messages":[{"role":"user","content":"Who pays?"}]}""";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ScriptedPipeline _script = new();
    private WebApplication? _app;
    private GrpcChannel? _channel;

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _script.Dispose();
    }

    [Fact]
    public async Task Process_Chat_NamesTheExpertAndLetsTheAnswerPass()
    {
        using var call = (await StartAsync(new RouterOptions { ExtProc = true })).Process(cancellationToken: _cancellation);

        Assert.NotNull((await TellAsync(call, Headers())).RequestHeaders);
        Assert.Contains("\"law\"", (await TellAsync(call, Body(Chat))).RequestBody.Response.BodyMutation.Body.ToStringUtf8(), StringComparison.Ordinal);
        Assert.NotNull((await TellAsync(call, new ProcessingRequest { ResponseHeaders = new HttpHeaders() })).ResponseHeaders);
        await call.RequestStream.CompleteAsync();

        Assert.False(await call.ResponseStream.MoveNext(_cancellation));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    /// <summary>A body of the largest size has room in a message, and one byte more gets its own answer.</summary>
    [Theory]
    [InlineData(2048, false)]
    [InlineData(2049, true)]
    public async Task Process_BodyAtTheLimit_IsTaken(int length, bool isRefused)
    {
        using var call = (await StartAsync(new RouterOptions { ExtProc = true, MaxRequestBytes = 2048 })).Process(cancellationToken: _cancellation);
        _ = await TellAsync(call, Headers());

        var answer = await TellAsync(call, Body(Chat.PadRight(length)));

        Assert.Equal(isRefused ? 413 : null, (int?)answer.ImmediateResponse?.Status.Code);
        if (isRefused)
        {
            Assert.False(await call.ResponseStream.MoveNext(_cancellation));
            Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        }
    }

    [Fact]
    public async Task Process_NoMessageOfItsKind_EndsThatStreamAlone()
    {
        var client = await StartAsync(new RouterOptions { ExtProc = true });
        using var good = client.Process(cancellationToken: _cancellation);
        using var bad = client.Process(cancellationToken: _cancellation);
        _ = await TellAsync(good, Headers());

        var error = await Assert.ThrowsAsync<RpcException>(() => TellAsync(bad, new ProcessingRequest()));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.NotNull((await TellAsync(good, Body(Chat))).RequestBody);
    }

    [Fact]
    public async Task Process_CancelledInTheBody_EndsThatStreamAlone()
    {
        var client = await StartAsync(new RouterOptions { ExtProc = true });
        using var left = client.Process(cancellationToken: _cancellation);
        _ = await TellAsync(left, Headers(BodySendMode.Streamed));
        _ = await TellAsync(left, Body(Chat[..9], isLast: false));
        left.Dispose();

        using var call = client.Process(cancellationToken: _cancellation);
        _ = await TellAsync(call, Headers());

        Assert.NotNull((await TellAsync(call, Body(Chat))).RequestBody);
        Assert.Equal("Who pays?", Assert.Single(_script.Gate.Asked));
    }

    [Fact]
    public async Task Process_RouterStops_LetsGoOfAnswersThatPassBy()
    {
        using var call = (await StartAsync(new RouterOptions { ExtProc = true })).Process(cancellationToken: _cancellation);
        _ = await TellAsync(call, Headers());
        _ = await TellAsync(call, Body(Chat));

        var stopped = _app!.StopAsync(_cancellation);

        // The connection closes behind the stream's end, and a client may see that first.
        var end = await Record.ExceptionAsync(() => call.ResponseStream.MoveNext(_cancellation));
        Assert.True(end is null or RpcException { StatusCode: StatusCode.Internal or StatusCode.Unavailable }, end?.ToString());
        await stopped;
    }

    [Fact]
    public async Task Process_Off_IsNotThere()
    {
        using var call = (await StartAsync(new RouterOptions())).Process(cancellationToken: _cancellation);

        Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(_cancellation))).StatusCode);
    }

    private static ProcessingRequest Headers(BodySendMode mode = BodySendMode.Buffered) =>
        new() { RequestHeaders = new HttpHeaders { Headers = new HeaderMap() }, ProtocolConfig = new ProtocolConfiguration { RequestBodyMode = mode } };

    private static ProcessingRequest Body(string text, bool isLast = true) => new() { RequestBody = new HttpBody { Body = ByteString.CopyFrom(text, Encoding.UTF8), EndOfStream = isLast } };

    private async Task<ProcessingResponse> TellAsync(AsyncDuplexStreamingCall<ProcessingRequest, ProcessingResponse> call, ProcessingRequest message)
    {
        await call.RequestStream.WriteAsync(message, _cancellation);
        Assert.True(await call.ResponseStream.MoveNext(_cancellation));
        return call.ResponseStream.Current;
    }

    private async Task<ExternalProcessor.ExternalProcessorClient> StartAsync(RouterOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes + NodeGrpc.PrefixBytes;
        });
        builder.Services.AddNodeGrpc(options.MaxRequestBytes);
        ExtProcApi.AddLimits(builder.Services, options);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(new TransportOptions());
        builder.Services.AddSingleton(new StallGuard(new NodeOptions(), TimeProvider.System));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new RouterMetrics(_script.Catalogue));
        builder.Services.AddSingleton(new GatewayGate(_script.Planner, _script.States, _script.Gates, new ScriptedRandom(0.5)));
        _app = builder.Build();
        new ExtProcApi(options).Map(_app);
        await _app.StartAsync(_cancellation);
        _channel = GrpcChannel.ForAddress(_app.Urls.Single());
        return new ExternalProcessor.ExternalProcessorClient(_channel);
    }
}
