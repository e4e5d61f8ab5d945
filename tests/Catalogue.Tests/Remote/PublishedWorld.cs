using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Remote;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Tests.Prepared;
using ExpertCluster.Catalogue.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ExpertCluster.Catalogue.Tests.Remote;

/// <summary>A small prepared folder on a web server that does as it is told, and a store of whoever reads it.</summary>
internal sealed class PublishedWorld : IAsyncDisposable
{
    private readonly StoreFolder _store;

    private PublishedWorld(long storeBytes) => _store = new StoreFolder(storeBytes);

    public SmallPrepared Prepared { get; } = new();

    public FakeServer Server { get; private set; } = null!;

    public StoreFolder Store => _store;

    /// <summary>Instead of the file; false: that is sent.</summary>
    public Func<HttpContext, Task<bool>> Instead { get; set; } = _ => Task.FromResult(false);

    /// <summary>What a file's answer is called; null: nothing.</summary>
    public Func<byte[], EntityTagHeaderValue?> TagOf { get; set; } = bytes => new EntityTagHeaderValue($"\"{FakeHub.Digest(bytes)}\"");

    /// <summary>When files were written, as the server says.</summary>
    public DateTimeOffset? Written { get; set; }

    public string Shown => $"{Server.Address}/catalogue";

    public static async Task<PublishedWorld> StartAsync(long storeBytes = 64 << 20)
    {
        var world = new PublishedWorld(storeBytes);
        world.Server = await FakeServer.StartAsync(world.AnswerAsync);
        return world;
    }

    /// <summary>As a process has it that starts; several of them share the store. Time stands still unless the test moves it.</summary>
    public RemoteCatalogue Open(bool needsGate = false, Func<SourceOptions, SourceOptions>? change = null, TimeProvider? time = null, string scheme = "http")
    {
        var options = SourceWorld.Options(Server.Authority);
        options = change?.Invoke(options) ?? options;
        time ??= _store.Time;
        var http = new SourceHttp(options, () => new GuardedHandler(options, System.Net.Dns.GetHostAddressesAsync, time), time);
        return RemoteCatalogue.Open(RemoteCatalogue.FilesAt($"{scheme}://{Server.Authority}/catalogue", http), needsGate, options, _store.Open(), time);
    }

    /// <summary>Nobody answers from now on, or somebody who has nothing to say.</summary>
    public void Break(int status = 0) => Instead = context =>
    {
        context.Response.StatusCode = status == 0 ? StatusCodes.Status200OK : status;
        if (status == 0)
        {
            context.Abort();
        }

        return Task.FromResult(true);
    };

    public void Mend() => Instead = _ => Task.FromResult(false);

    /// <summary>Another content of one file.</summary>
    public void Lie(string name, byte[] bytes) => Instead = async context =>
    {
        if (!context.Request.Path.Value!.EndsWith(name, StringComparison.Ordinal))
        {
            return false;
        }

        await context.Response.Body.WriteAsync(bytes);
        return true;
    };

    public int CountOf(PreparedFolder folder, string file) => Server.CountOf($"/catalogue/{folder.Path}/{file}");

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Prepared.Dispose();
        _store.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (await Instead(context))
        {
            return;
        }

        string path = context.Request.Path.Value!;
        string file = Prepared[path["/catalogue/".Length..]];
        if (!path.StartsWith("/catalogue/", StringComparison.Ordinal) || !File.Exists(file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        byte[] bytes = await File.ReadAllBytesAsync(file);
        await Results.Bytes(bytes, enableRangeProcessing: true, entityTag: TagOf(bytes), lastModified: Written).ExecuteAsync(context);
    }
}
