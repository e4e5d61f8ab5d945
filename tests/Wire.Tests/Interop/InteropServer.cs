using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>Our server at a loopback port of its own, with the interoperability service.</summary>
internal sealed class InteropServer : IAsyncDisposable
{
    private WebApplication _app = null!;

    public CountingGzip Gzip { get; } = new();

    /// <summary>As gRPC names addresses: host and port.</summary>
    public string Target { get; private set; } = null!;

    public static async Task<InteropServer> StartAsync()
    {
        var server = new InteropServer();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(server);
        builder.Services.AddGrpc(options => options.CompressionProviders.Add(server.Gzip));
        server._app = builder.Build();
        server._app.MapGrpcService<InteropService>();
        await server._app.StartAsync();
        string address = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Target = new Uri(address).Authority;
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
