using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Catalogue.Tests.Support;

namespace ExpertCluster.Catalogue.Tests.Sources;

public sealed class ContentFetcherTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fetch_ServerThatDripsForEver_IsGivenUpByTheFilesLimit()
    {
        var options = new SourceOptions { Attempts = 1, FileTimeout = TimeSpan.FromSeconds(600) };

        // A byte every ten seconds: never still for as long as the limit of stalls.
        var fetcher = Fetcher(options, new StubSource(() => new PatientBody(new DrippingStream(_folder.Time), "x", options.StallTimeout, long.MaxValue, _folder.Time)));

        var error = await Assert.ThrowsAsync<ContentException>(() => FetchAsync(fetcher));

        Assert.Equal("stub://x/file: it took longer than 600 s (EXPERTCLUSTER_SOURCES_FILE_SECONDS)", error.Message);
        Assert.Empty(_folder.Names("views"));
    }

    [Fact]
    public async Task Fetch_SourceOfAnothersMaking_IsFoundByItsScheme()
    {
        using var content = await FetchAsync(Fetcher(new SourceOptions(), new StubSource(() => new MemoryStream([1, 2, 3]))));

        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(Path.Combine(content.Path, "file"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Fetch_FilesOfUnknownSizes_AreBoundTogether()
    {
        var fetcher = Fetcher(new SourceOptions { MaxBytes = 5, Attempts = 1 }, new StubSource(() => new MemoryStream([1, 2, 3]), files: 2));

        Assert.Contains("more than 5 bytes together", (await Assert.ThrowsAsync<ContentException>(() => FetchAsync(fetcher))).Message, StringComparison.Ordinal);
    }

    private ContentFetcher Fetcher(SourceOptions options, IContentSource source) => new(options, new ContentSources([source]), _folder.Open(), _folder.Time);

    private static Task<FetchedContent> FetchAsync(ContentFetcher fetcher) =>
        fetcher.FetchAsync("stub://x", _ => true, _ => { }, TestContext.Current.CancellationToken);

    private sealed class StubSource(Func<Stream> open, int files = 1) : IContentSource
    {
        public string Name => "stub";

        public string? ProblemOf(string uri) => null;

        public Task<ContentListing> ListAsync(string uri, CancellationToken cancellation) => Task.FromResult(new ContentListing("1", [.. Enumerable.Range(0, files).Select(at => new ContentEntry(at == 0 ? "file" : $"file{at}", new ContentAsk
        {
            What = $"{uri}/file",
            Key = $"stub {at}",
            MaxBytes = 1 << 20,
            Open = (_, _) => Task.FromResult(new ContentBody(open(), null, 0, null, null)),
        }))]));
    }

    private sealed class DrippingStream(Microsoft.Extensions.Time.Testing.FakeTimeProvider time) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(10));
            return ValueTask.FromResult(1);
        }
    }
}
