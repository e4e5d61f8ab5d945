using System.Collections.Concurrent;
using System.Net;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Publishing;
using ExpertCluster.Catalogue.Remote;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Catalogue.Tests.Prepared;
using ExpertCluster.Catalogue.Tests.Support;
using ExpertCluster.Contracts;

namespace ExpertCluster.Catalogue.Tests.Publishing;

public sealed class CataloguePublisherTests : IDisposable
{
    private const string Place = "s3://models/the/catalogue";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly SmallPrepared _prepared = new();
    private readonly ConcurrentQueue<string> _sent = [];
    private readonly List<string> _progress = [];
    private Func<HttpRequestMessage, HttpStatusCode?> _fault = _ => null;

    public void Dispose() => _prepared.Dispose();

    [Fact]
    public async Task Publish_IntoARealServer_IsFollowedFromThere()
    {
        await using var bucket = await Bucket.StartAsync();
        using var publisher = PublisherOf(bucket.Options);

        Assert.True(await publisher.PublishAsync(_prepared.Path, _cancellation));

        Assert.Equal("PUT /models/the/catalogue/prepared.json", _sent.Last());
        Assert.Equal(8, _sent.Count);
        using var store = new StoreFolder();
        var options = Allowed(bucket.Options);
        using var http = new SourceHttp(options, () => new GuardedHandler(options, Dns.GetHostAddressesAsync, TimeProvider.System), TimeProvider.System);
        var remote = RemoteCatalogue.Open(RemoteCatalogue.FilesAt(Place, http), needsGate: true, bucket.Options, store.Open(), store.Time);
        using var first = await remote.Origin.FirstAsync(_cancellation);
        Assert.Equal("law", Assert.Single(first.Catalogue.Experts).Name);
        using var place = await remote.Content.OpenAsync(_prepared.Base, "base small", "", _cancellation);
        Assert.Equal("twelve bytes", await File.ReadAllTextAsync(Path.Combine(place.Path, "weights.bin"), _cancellation));

        (_prepared.Catalogue with { Experts = [] }).Save(_prepared.Path);
        Assert.True(await publisher.PublishAsync(_prepared.Path, _cancellation));
        using var second = await remote.Origin.LookAsync(first.Mark, _cancellation);
        Assert.Empty(second!.Catalogue.Experts);
    }

    /// <summary>By the same process, and by one that starts anew.</summary>
    [Fact]
    public async Task Publish_NothingNew_SendsNothing()
    {
        await using var bucket = await Bucket.StartAsync();
        using var publisher = PublisherOf(bucket.Options);
        await publisher.PublishAsync(_prepared.Path, _cancellation);
        _sent.Clear();

        Assert.False(await publisher.PublishAsync(_prepared.Path, _cancellation));
        using var another = PublisherOf(bucket.Options);
        Assert.False(await another.PublishAsync(_prepared.Path, _cancellation));

        Assert.Empty(_sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Publish_OneAdapterMore_SendsItsFilesAndThePointerLast(bool isAnotherProcess)
    {
        await using var bucket = await Bucket.StartAsync();
        using var first = PublisherOf(bucket.Options);
        await first.PublishAsync(_prepared.Path, _cancellation);
        _sent.Clear();
        AddCanary();

        using var another = PublisherOf(bucket.Options);
        Assert.True(await (isAnotherProcess ? another : first).PublishAsync(_prepared.Path, _cancellation));

        string folder = $"PUT /models/the/catalogue/{_prepared.Canary.Path}";
        Assert.Equal([$"{folder}/adapter_config.json", $"{folder}/adapter_model.safetensors", "PUT /models/the/catalogue/prepared.json"], _sent);
    }

    [Fact]
    public async Task Publish_BreaksOffOnTheWay_ThePointerStaysAndTheNextGoesOn()
    {
        await using var bucket = await Bucket.StartAsync();
        using var publisher = PublisherOf(bucket.Options);
        await publisher.PublishAsync(_prepared.Path, _cancellation);
        _sent.Clear();
        AddCanary();
        _fault = request => request.Method == HttpMethod.Put && request.RequestUri!.AbsolutePath.EndsWith("safetensors", StringComparison.Ordinal) ? HttpStatusCode.InternalServerError : null;

        var error = await Assert.ThrowsAsync<ContentException>(() => publisher.PublishAsync(_prepared.Path, _cancellation));

        Assert.Equal($"{Place}/{_prepared.Canary.Path}/adapter_model.safetensors: the server answered 500", error.Message);
        Assert.DoesNotContain(_sent, line => line.EndsWith("prepared.json", StringComparison.Ordinal));
        _fault = _ => null;
        _sent.Clear();
        Assert.True(await publisher.PublishAsync(_prepared.Path, _cancellation));
        Assert.Equal([$"PUT /models/the/catalogue/{_prepared.Canary.Path}/adapter_model.safetensors", "PUT /models/the/catalogue/prepared.json"], _sent);
    }

    /// <summary>A file that came only in part, by other means, has another size.</summary>
    [Fact]
    public async Task Publish_HalfAFileIsThere_IsSentAnew()
    {
        await using var bucket = await Bucket.StartAsync();
        await bucket.PutAsync($"the/catalogue/{_prepared.Base.Path}/weights.bin", "twelve"u8.ToArray());
        using var publisher = PublisherOf(bucket.Options);

        await publisher.PublishAsync(_prepared.Path, _cancellation);

        Assert.Contains($"PUT /models/the/catalogue/{_prepared.Base.Path}/weights.bin", _sent);
    }

    [Fact]
    public async Task Publish_FileThatWasChangedHere_IsRefusedByItsNameAndThePointerStays()
    {
        await using var bucket = await Bucket.StartAsync();
        File.WriteAllText(_prepared[$"{_prepared.Base.Path}/weights.bin"], "other bytes!");
        using var publisher = PublisherOf(bucket.Options);

        var error = await Assert.ThrowsAsync<CatalogueException>(() => publisher.PublishAsync(_prepared.Path, _cancellation));

        Assert.Contains("weights.bin", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_sent, line => line.EndsWith("prepared.json", StringComparison.Ordinal));
    }

    /// <summary>Larger than a piece: in several, and one that fails is not the end of it.</summary>
    [Fact]
    public async Task Publish_LargeFile_GoesInPieces()
    {
        await using var bucket = await Bucket.StartAsync();
        var weights = new Content((32 << 20) + 5);
        string draft = _prepared["bases/large"];
        Directory.CreateDirectory(draft);
        File.WriteAllBytes(Path.Combine(draft, "weights.bin"), weights.Bytes);
        var large = PreparedFolder.Of(PreparedFolder.Bases, [PreparedFile.Describe(Path.Combine(draft, "weights.bin"), "weights.bin")]);
        Directory.Move(draft, _prepared[large.Path]);
        (_prepared.Catalogue with { Bases = [.. _prepared.Catalogue.Bases, new PreparedBase("large", large, false)] }).Save(_prepared.Path);
        int faults = 0;
        _fault = request => request.RequestUri!.Query.Contains("partNumber=2", StringComparison.Ordinal) && faults++ == 0 ? HttpStatusCode.ServiceUnavailable : null;
        using var publisher = PublisherOf(bucket.Options with { Attempts = 2, Backoff = TimeSpan.FromMilliseconds(1) });

        Assert.True(await publisher.PublishAsync(_prepared.Path, _cancellation));

        Assert.Equal(4, _sent.Count(line => line.StartsWith($"PUT /models/the/catalogue/{large.Path}/weights.bin?partNumber", StringComparison.Ordinal)));
        using var world = new SourceWorld(bucket.Options);
        using var content = await world.FetchAsync($"{Place}/{large.Path}");
        Assert.Equal(weights.Bytes, await File.ReadAllBytesAsync(Path.Combine(content.Path, "weights.bin"), _cancellation));
    }

    [Fact]
    public async Task Publish_BucketThatIsNotThere_SaysSo()
    {
        await using var bucket = await Bucket.StartAsync();
        using var publisher = PublisherOf(bucket.Options, "s3://nothing/catalogue");

        Assert.Contains("s3://nothing/catalogue: the server answered 404", (await Assert.ThrowsAsync<ContentException>(() => publisher.PublishAsync(_prepared.Path, _cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_NobodySaidWhichServer_NamesTheSettings()
    {
        using var publisher = CataloguePublisher.Open(Place, new SourceEnvironment(_ => null), _progress.Add, TimeProvider.System);

        Assert.Contains("AWS_ENDPOINT_URL_S3", (await Assert.ThrowsAsync<ContentException>(() => publisher.PublishAsync(_prepared.Path, _cancellation))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models")]
    [InlineData("https://files.test/")]
    [InlineData("s3://M/a")]
    [InlineData("s3://models/../a")]
    public void Open_NoBucket_IsRefused(string uri)
    {
        Assert.NotNull(CataloguePublisher.ProblemOf(uri));
        Assert.Throws<CatalogueException>(() => CataloguePublisher.Open(uri, new SourceEnvironment(_ => null), _progress.Add, TimeProvider.System));
    }

    [Fact]
    public async Task Publish_FolderWithoutACatalogue_IsRefused()
    {
        using var publisher = CataloguePublisher.Open(Place, new SourceEnvironment(_ => null), _progress.Add, TimeProvider.System);

        Assert.Contains("prepared.json", (await Assert.ThrowsAnyAsync<SetupException>(() => publisher.PublishAsync(_prepared.Outside("none"), _cancellation))).Message, StringComparison.Ordinal);
    }

    private void AddCanary() => (_prepared.Catalogue with
    {
        Experts = [_prepared.Catalogue.Experts[0] with { Canary = new PreparedVersion { Adapter = _prepared.Canary, Rank = 8, Percent = 5 } }],
    }).Save(_prepared.Path);

    private CataloguePublisher PublisherOf(SourceOptions options, string uri = Place)
    {
        var allowed = Allowed(options);
        return new CataloguePublisher(
            new SourceHttp(allowed, () => new Recorder(this, new GuardedHandler(allowed, Dns.GetHostAddressesAsync, TimeProvider.System)), TimeProvider.System),
            uri,
            _progress.Add,
            TimeProvider.System);
    }

    private static SourceOptions Allowed(SourceOptions options) => options with { AllowedHosts = options.AllowedHosts.With(options.BucketEndpoint) };

    private sealed class Recorder(CataloguePublisherTests tests, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Put)
            {
                tests._sent.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}");
            }

            return tests._fault(request) is { } status ? Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent("") }) : base.SendAsync(request, cancellationToken);
        }
    }
}
