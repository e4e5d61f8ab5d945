using System.Globalization;
using System.Net;
using ExpertCluster.Cluster.Catalogue;
using ExpertCluster.Cluster.Deadlines;
using ExpertCluster.Cluster.Options;
using ExpertCluster.Cluster.Transport;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Dispatch;
using ExpertCluster.Router.Errors;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Router.Tests.Dispatch;

/// <summary>What a host is told of the time that a caller gives, over a real connection.</summary>
public sealed class DispatcherDeadlineTests : IAsyncLifetime
{
    private readonly WebApplication _app;
    private readonly Host _host = new();
    private HostChannels _channels = null!;
    private Dispatcher _dispatcher = null!;

    public DispatcherDeadlineTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(_host);
        builder.Services.AddGrpc();
        _app = builder.Build();
        _app.MapGrpcService<Host>();
    }

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync();
        var transport = new TransportOptions();
        _channels = new HostChannels(
            PeerTransport.ForClient(transport, new TlsOptions()), new DefaultDeadlines(transport, TimeProvider.System));
        _dispatcher = new Dispatcher(
            new ExpertDirectory(FakeGrains.Create(_app.Urls.Single())),
            new HostSuspicions(TimeProvider.System),
            _channels,
            new RouterOptions(),
            new RouterMetrics(new PreparedCatalogue { Bases = [], Experts = [] }),
            TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _channels.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Dispatch_CallerHasADeadline_HostSeesNoMoreThanThat()
    {
        using var stream = await DispatchAsync(TimeSpan.FromSeconds(90));

        Assert.InRange(_host.Timeout, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task Dispatch_DeadlineHasPassed_IsDeadlineExceededAndAsksNobody()
    {
        var error = await Assert.ThrowsAsync<RouterException>(() => DispatchAsync(TimeSpan.FromSeconds(-1)));

        Assert.Equal(RouterError.DeadlineExceeded, error.Error);
        Assert.Equal(TimeSpan.Zero, _host.Timeout);
    }

    private Task<HostStream> DispatchAsync(TimeSpan left) => _dispatcher.DispatchAsync(
        new GenerateRequest { Experts = { new ExpertActivationRef { Name = "law" } } },
        ["law"],
        TimeProvider.System.GetUtcNow().UtcDateTime + left,
        TestContext.Current.CancellationToken);

    private sealed class Host : Experts.ExpertsBase
    {
        public TimeSpan Timeout { get; private set; }

        public override async Task Generate(GenerateRequest request, IServerStreamWriter<GenerateChunk> responseStream, ServerCallContext context)
        {
            Timeout = Parse(context.GetHttpContext().Request.Headers["grpc-timeout"].ToString());
            await responseStream.WriteAsync(new GenerateChunk { Text = "a" }, context.CancellationToken);
        }

        private static TimeSpan Parse(string header)
        {
            long value = long.Parse(header[..^1], CultureInfo.InvariantCulture);
            return header[^1] switch
            {
                'S' => TimeSpan.FromSeconds(value),
                'm' => TimeSpan.FromMilliseconds(value),
                'u' => TimeSpan.FromMicroseconds(value),
                'n' => TimeSpan.FromMicroseconds(value / 1000.0),
                _ => TimeSpan.FromMinutes(value),
            };
        }
    }
}
