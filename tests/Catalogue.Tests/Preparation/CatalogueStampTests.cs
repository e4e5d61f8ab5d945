using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Preparation;

public sealed class CatalogueStampTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CatalogueStamp _stamp;

    public CatalogueStampTests()
    {
        foreach (string name in (string[])["base", "law", "canary", "shadow", "none"])
        {
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(_folder[name]).FullName, "weights"), "a");
        }

        File.WriteAllText(_folder["experts.yaml"], """
            bases: [{name: small, path: base}]
            experts: [{name: law, base: small, adapter: law, canary: {adapter: canary}, shadow: {adapter: shadow}}]
            """);
        _stamp = new CatalogueStamp(_folder["experts.yaml"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_NothingChanged_IsTheSame() => Assert.Equal(_stamp.Read(), _stamp.Read());

    [Theory]
    [InlineData("base", true)]
    [InlineData("law", true)]
    [InlineData("canary", true)]
    [InlineData("shadow", true)]
    [InlineData("none", false)]
    public void Read_FileOfAFolderChanged_DiffersWhereTheCatalogueNamesIt(string folder, bool isNamed)
    {
        string before = _stamp.Read();

        File.WriteAllText(_folder[$"{folder}/weights"], "ab");

        Assert.Equal(isNamed, before != _stamp.Read());
    }
}
