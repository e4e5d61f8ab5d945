using ExpertCluster.Catalogue.Sources;

namespace ExpertCluster.Catalogue.Tests.Sources;

public sealed class ContentSourcesTests
{
    private readonly ContentSources _sources = ContentSources.Create(new SourceOptions(), TimeProvider.System);

    [Theory]
    [InlineData("hf://org/repo")]
    [InlineData("hf://org/repo@v1/sub/folder")]
    [InlineData("s3://bucket")]
    [InlineData("s3://bucket/prefix/of/it/")]
    [InlineData("oci://registry.site/org/law:v1")]
    [InlineData("oci://127.0.0.1:5000/law@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("https://a.site/x/SHA256SUMS#sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("file:///models/law")]
    public void ProblemOf_RightUri_None(string uri) => Assert.Null(_sources.ProblemOf(uri));

    [Theory]
    [InlineData("ftp://host/x", "has the scheme 'ftp'; known are file, hf, s3, oci, https")]
    [InlineData("http://host/x", "has the scheme 'http'; known are")]
    [InlineData("HF://org/repo", "has the scheme 'HF'; known are")]
    [InlineData("hf://org/re po", "white space")]
    [InlineData("hf://", "names nothing")]
    [InlineData("https://me:pass@host/x#sha256=0", "names a user")]
    [InlineData("s3://key@bucket/x", "names a user")]
    [InlineData("s3://B", "must be s3://BUCKET/PREFIX")]
    [InlineData("s3://bucket/../x", "must be s3://BUCKET/PREFIX")]
    [InlineData("oci://registry.site/law", "must be oci://REGISTRY/REPOSITORY:TAG")]
    [InlineData("oci://registry.site/Law:v1", "must be oci://")]
    [InlineData("oci://registry.site/../law:v1", "must be oci://")]
    [InlineData("oci://registry.site/law@sha256:12", "must be oci://")]
    public void ProblemOf_WrongUri_SaysWhatIsWrong(string uri, string problem) => Assert.Contains(problem, _sources.ProblemOf(uri), StringComparison.Ordinal);

    [Fact]
    public void ProblemOf_LongRepository_IsQuick() =>
        Assert.NotNull(_sources.ProblemOf($"oci://registry.site/{string.Concat(Enumerable.Repeat("a-", 2000))}:v1"));

    [Theory]
    [InlineData("https://me:pass@host/x?signature=secret#sha256=1", "https://host/x#sha256=1")]
    [InlineData("hf://org/repo@v1", "hf://org/repo@v1")]
    public void Shown_Uri_HasNoSecret(string uri, string shown) => Assert.Equal(shown, SourceUri.Shown(uri));
}
