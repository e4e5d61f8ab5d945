using System.Net;
using System.Text;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Tests.Support;

namespace ExpertCluster.Catalogue.Tests.Sources;

public sealed class SumsSourceTests
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly List<HttpRequestMessage> _asked = [];

    public SumsSourceTests()
    {
        _files["adapter_config.json"] = "{}"u8.ToArray();
        _files["adapter_model.safetensors"] = new Content(500_000).Bytes;
        _files["a b.txt"] = "blank"u8.ToArray();
    }

    [Theory]
    [InlineData("  ")]
    [InlineData(" *")]
    [InlineData("  ./")]
    public async Task Fetch_ListOfSha256sum_ReadsWhatItNames(string between)
    {
        string uri = Publish(string.Concat(_files.Select(file => $"{FakeHub.Digest(file.Value)}{between}{file.Key}\n")));
        using var world = World();

        using var content = await world.FetchAsync(uri);

        Assert.Equal($"sha256:{uri[^64..]}", content.Revision);
        Assert.Equal(new Content(500_000).Bytes, await File.ReadAllBytesAsync(Path.Combine(content.Path, "adapter_model.safetensors"), TestContext.Current.CancellationToken));
        Assert.Equal("https://files.test/law/a%20b.txt", _asked.Single(a => a.RequestUri!.AbsolutePath.EndsWith("txt", StringComparison.Ordinal)).RequestUri!.AbsoluteUri);
    }

    [Fact]
    public async Task Fetch_ListThatChanged_IsRefused()
    {
        string uri = Publish($"{new string('a', 64)}  adapter_config.json\n");
        _files["SHA256SUMS"] = "other"u8.ToArray();
        using var world = World();

        Assert.Contains("has the digest", await world.RefusedAsync(uri), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_FileThatChanged_IsRefused()
    {
        string uri = Publish($"{new string('a', 64)}  adapter_config.json\n");
        using var world = World();

        string message = await world.RefusedAsync(uri);

        Assert.StartsWith("https://files.test/law/adapter_config.json: what came has the digest", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../x")]
    [InlineData("a\\b")]
    [InlineData("//evil.test/x")]
    public async Task Fetch_ListThatLeadsElsewhere_IsRefused(string name)
    {
        using var world = World();

        Assert.Contains("a line of it is not what sha256sum writes", await world.RefusedAsync(Publish($"{new string('a', 64)}  {name}\n")), StringComparison.Ordinal);
        Assert.Single(_asked);
    }

    [Theory]
    [InlineData("https://files.test/law/SHA256SUMS")]
    [InlineData("https://files.test/law/SHA256SUMS#sha256=12")]
    [InlineData("https://files.test/law/SHA256SUMS#md5=0123456789abcdef0123456789abcdef")]
    [InlineData("https://files.test/#sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("https:///law#sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void ProblemOf_NoDigestOrNoList_SaysTheForm(string uri)
    {
        using var world = World();

        Assert.Contains("must be https://HOST/FOLDER/SHA256SUMS#sha256=DIGEST", world.Sources.ProblemOf(uri), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_ServerThatNeverHeardOfRanges_IsReadWhole()
    {
        string uri = Publish($"{FakeHub.Digest(_files["adapter_model.safetensors"])}  adapter_model.safetensors\n");
        using var world = World(attempts: 2);
        world.Pace = TimeSpan.FromMilliseconds(100);
        _cut = 100_000;

        using var content = await world.FetchAsync(uri);

        Assert.Equal("bytes=100000-", _asked[^1].Headers.Range!.ToString());
        Assert.Equal(FakeHub.Digest(_files["adapter_model.safetensors"]), content.Files[0].Sha256);
    }

    private int _cut;

    private SourceWorld World(int attempts = 1) => new(SourceWorld.Options() with { Attempts = attempts, FileTimeout = TimeSpan.FromDays(40), StallTimeout = TimeSpan.FromDays(40) }, () => new Server(this));

    private string Publish(string list)
    {
        _files["SHA256SUMS"] = Encoding.UTF8.GetBytes(list);
        return $"https://files.test/law/SHA256SUMS#sha256={FakeHub.Digest(_files["SHA256SUMS"])}";
    }

    /// <summary>A plain web server behind TLS.</summary>
    private sealed class Server(SumsSourceTests test) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (test._asked)
            {
                test._asked.Add(request);
            }

            string name = Uri.UnescapeDataString(request.RequestUri!.AbsolutePath["/law/".Length..]);
            if (!test._files.TryGetValue(name, out byte[]? bytes))
            {
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
            }

            bool cuts = test._cut > 0 && name.EndsWith("safetensors", StringComparison.Ordinal);
            var content = cuts ? new StreamContent(new BreakingStream(bytes[..test._cut])) : new ByteArrayContent(bytes) as HttpContent;
            test._cut = cuts ? 0 : test._cut;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }

    private sealed class BreakingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position == Length ? throw new IOException("the line broke") : base.ReadAsync(buffer, cancellationToken);
    }
}
