using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Catalogue.Tests.Support;

/// <summary>An HTTP server on loopback that answers as a test tells it, and remembers what it was asked.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeServer(WebApplication app) => _app = app;

    /// <summary>"http://127.0.0.1:port".</summary>
    public string Address => _app.Urls.Single();

    public Uri Uri => new(Address);

    /// <summary>"127.0.0.1:port".</summary>
    public string Authority => Uri.Authority;

    public ConcurrentQueue<(string Path, IHeaderDictionary Headers)> Asked { get; } = [];

    public int CountOf(string path) => Asked.Count(asked => asked.Path == path);

    public static async Task<FakeServer> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new FakeServer(app);
        app.Run(context =>
        {
            server.Asked.Enqueue((context.Request.Path.Value!, new HeaderDictionary(context.Request.Headers.ToDictionary())));
            return answer(context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
