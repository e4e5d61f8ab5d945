using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Checkpoints;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TemporaryFolder _outside = new();
    private readonly TemporaryFolder _inside = new();

    public void Dispose()
    {
        _outside.Dispose();
        _inside.Dispose();
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("C:x")]
    [InlineData("a\0b")]
    public void Resolve_NotAPlainName_Throws(string name)
    {
        CheckpointFolder folder = new(_inside.Path);
        Assert.Contains("plain file name", Assert.Throws<CheckpointException>(() => folder.Resolve(name)).Message, StringComparison.Ordinal);
        Assert.False(folder.Has(name));
    }

    [Fact]
    public void Open_LinkToOutside_Throws()
    {
        File.WriteAllText(_outside["secret"], "x");
        File.CreateSymbolicLink(_inside["link"], _outside["secret"]);
        Failure.Of(() => new CheckpointFolder(_inside.Path).Open("link").Dispose(), "link", null, "leaves its folder");
    }

    [Fact]
    public void Open_LinkToALinkToOutside_Throws()
    {
        File.WriteAllText(_outside["secret"], "x");
        File.CreateSymbolicLink(_inside["second"], _outside["secret"]);
        File.CreateSymbolicLink(_inside["first"], "second");
        Failure.Of(() => new CheckpointFolder(_inside.Path).Open("first").Dispose(), "first", null, "leaves its folder");
    }

    [Fact]
    public void Open_LinkWithinTheFolder_Opens()
    {
        File.WriteAllText(_inside["file"], "abc");
        File.CreateSymbolicLink(_inside["link"], "file");
        Assert.Equal("abc"u8.ToArray(), new CheckpointFolder(_inside.Path).ReadAllBytes("link", 3));
    }

    [Fact]
    public void Open_FolderIsItselfALink_Opens()
    {
        File.WriteAllText(_inside["file"], "abc");
        Directory.CreateSymbolicLink(_outside["alias"], _inside.Path);
        Assert.Equal(3, new CheckpointFolder(_outside["alias"]).ReadAllBytes("file", 3).Length);
    }

    [Fact]
    public void Open_LinkThatLeadsNowhere_Throws()
    {
        File.CreateSymbolicLink(_inside["link"], "nothing");
        Failure.Of(() => new CheckpointFolder(_inside.Path).Open("link").Dispose(), "link", null, "nowhere");
    }

    [Fact]
    public void ReadAllBytes_OverTheLimit_Throws()
    {
        File.WriteAllText(_inside["file"], "abcd");
        Failure.Of(() => new CheckpointFolder(_inside.Path).ReadAllBytes("file", 3), "file", null, "the limit is 3");
    }

    [Fact]
    public void Constructor_NoSuchFolder_NamesItWithoutItsPath()
    {
        var failure = Failure.Of(() => _ = new CheckpointFolder(_inside["none"]), "none", null, "no such folder");
        Assert.DoesNotContain(_inside.Path, failure.Message, StringComparison.Ordinal);
    }
}
