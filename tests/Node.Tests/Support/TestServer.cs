using System.Net;
using ExpertCluster.Node.Deadlines;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Security;
using ExpertCluster.Node.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Node.Tests.Support;

/// <summary>The product's two ports with a fake expert service behind them.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app, FakeHost host)
    {
        _app = app;
        Host = host;
        (HttpAddress, GrpcAddress) = app.Urls.ToArray() is [var http, var grpc] ? (http, grpc) : throw new InvalidOperationException("two ports");
    }

    public FakeHost Host { get; }

    public string HttpAddress { get; }

    public string GrpcAddress { get; }

    public static async Task<TestServer> StartAsync(TransportOptions? transport = null, CertificateSource? certificates = null, TimeProvider? time = null)
    {
        transport ??= new TransportOptions();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var node = new NodeOptions { BindAddress = IPAddress.Loopback.ToString(), HttpPort = 0, GrpcPort = 0 };
        builder.WebHost.ConfigureKestrel(kestrel => ServerTransport.Configure(kestrel, node, transport, certificates, time ?? TimeProvider.System));
        var host = new FakeHost();
        builder.Services.AddSingleton(host);
        builder.Services.AddGrpc();
        if (certificates is not null)
        {
            builder.Services.AddSingleton(certificates);
        }

        var app = builder.Build();
        CallerCertificates.Use(app);
        app.Use(new DeadlineCap(transport, TimeProvider.System).RunAsync);
        app.MapGrpcService<FakeHost>();
        app.MapGet("/health/live", () => "alive");
        app.MapGet("/v1/models", () => "models");
        await app.StartAsync();
        return new TestServer(app, host);
    }

    public async ValueTask DisposeAsync()
    {
        Host.Release.TrySetResult();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
