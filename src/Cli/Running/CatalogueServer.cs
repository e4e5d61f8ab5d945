using ExpertCluster.Node.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Cli.Running;

/// <summary>
/// Gives a prepared folder to routers and hosts that share none with this machine, by HTTP, to be read only. What lies there is checked by its digest
/// by whoever reads it; files whose names begin with a dot are nobody else's. Probes ask `/health/live`, Prometheus `/metrics`.
/// </summary>
internal sealed class CatalogueServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CatalogueServer(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public string Address => _app.Urls.Single();

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<CatalogueServer> StartAsync(string folder, string address, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        var app = builder.Build();
        app.MapGet("/health/live", () => "alive");
        app.MapNodeMetrics();
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(folder),
            ServeUnknownFileTypes = true,
            DefaultContentType = "application/octet-stream",
        });
        try
        {
            await app.StartAsync(cancellation);
            return new CatalogueServer(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Readers ask again, and go on where they were.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
