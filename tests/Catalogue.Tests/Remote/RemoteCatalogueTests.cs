using ExpertCluster.Catalogue.Remote;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Catalogue.Tests.Prepared;
using ExpertCluster.Catalogue.Tests.Support;

namespace ExpertCluster.Catalogue.Tests.Remote;

public sealed class RemoteCatalogueTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://files.test", "https://files.test")]
    [InlineData("https://files.test/a/b", "https://files.test/a/b")]
    [InlineData("https://files.test:8443/a/b/", "https://files.test:8443/a/b")]
    [InlineData("http://files.test/a", "http://files.test/a")]
    [InlineData("s3://models", "s3://models")]
    [InlineData("s3://models/a/b/", "s3://models/a/b")]
    public void FilesAt_Address_IsShownAsItIs(string uri, string shown)
    {
        using var http = Http(SourceWorld.Options());

        Assert.Equal(shown, RemoteCatalogue.FilesAt(uri, http).Shown);
    }

    [Theory]
    [InlineData("https://user:s3cret@files.test/a")]
    [InlineData("https://files.test/a?token=s3cret")]
    [InlineData("https://files.test/a#s3cret")]
    [InlineData("https:///a")]
    [InlineData("hf://org/repo")]
    [InlineData("s3://M/a")]
    [InlineData("s3://models/../a")]
    [InlineData("ftp://files.test/a")]
    public void FilesAt_NoSuchAddress_IsRefusedWithoutItsSecrets(string uri)
    {
        using var http = Http(SourceWorld.Options());

        string message = Assert.Throws<CatalogueException>(() => RemoteCatalogue.FilesAt(uri, http)).Message;

        Assert.StartsWith("the catalogue's address ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("user:s3cret", message, StringComparison.Ordinal);
        Assert.DoesNotContain("token=s3cret", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_PlainHttpThatNobodyAllowed_IsRefusedByTheSettingsName()
    {
        await using var world = await PublishedWorld.StartAsync();

        var error = await Assert.ThrowsAsync<ContentException>(() => world.Open(change: o => o with { AllowedHosts = AllowedHosts.None }).Origin.FirstAsync(_cancellation));

        Assert.Contains("EXPERTCLUSTER_SOURCES_ALLOWED_HOSTS", error.Message, StringComparison.Ordinal);
        Assert.Empty(world.Server.Asked);
    }

    [Fact]
    public async Task Open_BucketOfARealServer_IsFollowedByTagAndReadByDigest()
    {
        await using var bucket = await Bucket.StartAsync();
        using var prepared = new SmallPrepared();
        using var store = new StoreFolder();
        await PublishAsync(bucket, prepared);
        using var http = Http(bucket.Options);
        var files = RemoteCatalogue.FilesAt("s3://models/the/catalogue", http);
        var remote = RemoteCatalogue.Open(files, needsGate: true, bucket.Options, store.Open(), store.Time);

        using var first = await remote.Origin.FirstAsync(_cancellation);
        Assert.NotEmpty(first.Mark);
        Assert.Null(await remote.Origin.LookAsync(first.Mark, _cancellation));
        using var place = await remote.Content.OpenAsync(prepared.Base, "base small", "", _cancellation);
        Assert.Equal("twelve bytes", await File.ReadAllTextAsync(Path.Combine(place.Path, "weights.bin"), _cancellation));

        (prepared.Catalogue with { Experts = [] }).Save(prepared.Path);
        await PublishAsync(bucket, prepared);
        using var second = await remote.Origin.LookAsync(first.Mark, _cancellation);
        Assert.Empty(second!.Catalogue.Experts);
    }

    private static async Task PublishAsync(Bucket bucket, SmallPrepared prepared)
    {
        foreach (string file in Directory.GetFiles(prepared.Path, "*", SearchOption.AllDirectories))
        {
            await bucket.PutAsync($"the/catalogue/{Path.GetRelativePath(prepared.Path, file)}", await File.ReadAllBytesAsync(file));
        }
    }

    private static SourceHttp Http(SourceOptions options)
    {
        options = options with { AllowedHosts = options.AllowedHosts.With(options.BucketEndpoint) };
        return new(options, () => new GuardedHandler(options, System.Net.Dns.GetHostAddressesAsync, TimeProvider.System), TimeProvider.System);
    }
}
