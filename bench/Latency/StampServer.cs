using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Bench.Latency;

/// <summary>Bare Kestrel: a source of stamped messages, and a relay that passes bytes on as they come.</summary>
internal static class StampServer
{
    public const string Path = "/stamps";
    public const string Chunks = "chunks";
    public const string Size = "size";

    public static WebApplication BuildSource(int port, int healthPort)
    {
        var app = Build(port, healthPort);
        var ticker = new StampTicker();
        app.MapPost(Path, async (HttpContext http) =>
        {
            int chunks = int.Parse(http.Request.Query[Chunks]!, CultureInfo.InvariantCulture);
            int size = int.Parse(http.Request.Query[Size]!, CultureInfo.InvariantCulture);
            await http.Response.StartAsync();
            await ticker.SendAsync(http.Response.BodyWriter, chunks, size);
        });
        app.Lifetime.ApplicationStarted.Register(ticker.Start);
        return app;
    }

    public static WebApplication BuildRelay(int port, int healthPort, int sourcePort)
    {
        var app = Build(port, healthPort);
        var client = StampClient.NewInvoker();
        var source = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{sourcePort}"));
        app.MapPost(Path, async (HttpContext http) =>
        {
            using var request = StampClient.NewRequest(new Uri(source, Path + http.Request.QueryString));
            using var response = await client.SendAsync(request, http.RequestAborted);
            await using var body = await response.Content.ReadAsStreamAsync(http.RequestAborted);
            await http.Response.StartAsync();
            byte[] buffer = new byte[4096];
            int read;
            while ((read = await body.ReadAsync(buffer, http.RequestAborted)) > 0)
            {
                await http.Response.BodyWriter.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
            }
        });
        return app;
    }

    private static WebApplication Build(int port, int healthPort)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, healthPort, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        app.MapGet("/health/ready", () => "ready");
        return app;
    }
}
