using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Bench.Wire;

/// <summary>One Kestrel in this process: the gRPC service, and beside it bare endpoints that exchange the same bytes.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    public const string BareUnary = "/bare/unary";
    public const string BareStream = "/bare/stream";

    private readonly WebApplication _app;

    private WireServer(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Uri Address { get; }

    public static async Task<WireServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<WireService>();
        var app = builder.Build();
        app.MapGrpcService<WireService>();
        app.MapPost(BareUnary, UnaryAsync);
        app.MapPost(BareStream, StreamAsync);
        await app.StartAsync();
        return new WireServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task UnaryAsync(HttpContext http)
    {
        await ReadAsync(http.Request.BodyReader);
        http.Response.ContentType = "application/grpc";
        await http.Response.StartAsync();
        Write(http.Response.BodyWriter);
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task StreamAsync(HttpContext http)
    {
        await ReadAsync(http.Request.BodyReader);
        int count = int.Parse(http.Request.Headers[WireService.CountHeader]!, System.Globalization.CultureInfo.InvariantCulture);
        http.Response.ContentType = "application/grpc";
        await http.Response.StartAsync();
        var output = http.Response.BodyWriter;
        for (int i = 0; i < count; i++)
        {
            await output.WriteAsync(Message.Framed);
        }

        http.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task ReadAsync(PipeReader body)
    {
        ReadResult read;
        long length = 0;
        do
        {
            read = await body.ReadAsync();
            length += read.Buffer.Length;
            body.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
        if (length != Message.Framed.Length)
        {
            throw new InvalidOperationException($"a request of {length} bytes");
        }
    }

    private static void Write(PipeWriter body)
    {
        Message.Framed.CopyTo(body.GetSpan(Message.Framed.Length));
        body.Advance(Message.Framed.Length);
    }
}
