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

    /// <summary>Of a mounted volume a link is swapped two steps away, to a file of one size and one moment.</summary>
    [Fact]
    public void Read_LinkOnTheWaySwapped_Differs()
    {
        using var volume = new TemporaryFolder();
        string before = Mounted("law");

        string after = Mounted("tax");

        Assert.NotEqual(before, after);

        string Mounted(string expert)
        {
            MountedVolume.Write(volume, ("experts.yaml", $"bases: [{{name: a, path: /base}}]\nexperts: [{{name: {expert}, base: a}}]\n"));
            File.SetLastWriteTimeUtc(volume["..data/experts.yaml"], DateTime.UnixEpoch);
            return new CatalogueStamp(volume["experts.yaml"]).Read();
        }
    }

    /// <summary>So may the folder of an adapter be.</summary>
    [Fact]
    public void Read_FolderThatIsALinkSwapped_Differs()
    {
        foreach (string version in (string[])["v1", "v2"])
        {
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(_folder[version]).FullName, "weights"), "a");
            File.SetLastWriteTimeUtc(_folder[$"{version}/weights"], DateTime.UnixEpoch);
        }

        Directory.Delete(_folder["law"], recursive: true);
        Directory.CreateSymbolicLink(_folder["law"], "v1");
        string before = _stamp.Read();

        Directory.Delete(_folder["law"]);
        Directory.CreateSymbolicLink(_folder["law"], "v2");

        Assert.NotEqual(before, _stamp.Read());
    }
}
