using ExpertCluster.Catalogue.Sources;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.Catalogue.Tests.Support;

/// <summary>Sources, a store and a fetcher of a test. Time stands still unless <see cref="PassTimeAsync"/> moves it.</summary>
internal sealed class SourceWorld : IDisposable
{
    private readonly StoreFolder _folder;

    /// <param name="options">What the test wants of them.</param>
    /// <param name="handler">What requests pass instead of the guarded handler.</param>
    /// <param name="resolve">Instead of the system's resolver.</param>
    /// <param name="storeBytes">Of the store.</param>
    public SourceWorld(SourceOptions options, Func<HttpMessageHandler>? handler = null, HostResolver? resolve = null, long storeBytes = 64 << 20)
    {
        _folder = new StoreFolder(storeBytes);
        var sources = handler is null ? ContentSources.Create(options, Time, resolve) : ContentSources.Create(options, Time, handler);
        Sources = sources;
        Fetcher = new ContentFetcher(options, sources, _folder.Open(), Time);
    }

    public FakeTimeProvider Time => _folder.Time;

    public ContentSources Sources { get; }

    public ContentFetcher Fetcher { get; }

    public List<string> Progress { get; } = [];

    public StoreFolder Store => _folder;

    /// <summary>Those of a fake server, which has an inner address and no TLS; one attempt.</summary>
    public static SourceOptions Options(params string[] plain) => new()
    {
        AllowedHosts = AllowedHosts.Parse(plain.Select(authority => $"http://{authority}")),
        Attempts = 1,
    };

    public async Task<FetchedContent> FetchAsync(string uri, Func<string, bool>? wanted = null)
    {
        var fetch = Fetcher.FetchAsync(uri, wanted ?? (_ => true), Progress.Add, TestContext.Current.CancellationToken);
        await PassTimeAsync(fetch);
        return await fetch;
    }

    public async Task<string> RefusedAsync(string uri, Func<string, bool>? wanted = null) =>
        (await Assert.ThrowsAsync<ExpertCluster.Catalogue.Store.ContentException>(() => FetchAsync(uri, wanted))).Message;

    /// <summary>For tests of limits of time: the clock runs while something is waited for. Other tests set no pace and end long before.</summary>
    public TimeSpan Pace { get; set; }

    public void Dispose() => _folder.Dispose();

    private async Task PassTimeAsync(Task task)
    {
        while (Pace > TimeSpan.Zero && !task.IsCompleted)
        {
            Time.Advance(Pace);
            await Task.Yield();
        }
    }
}
