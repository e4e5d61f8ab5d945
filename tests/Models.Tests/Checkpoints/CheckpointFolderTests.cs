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

    /// <summary>As the Hugging Face cache has it, at a snapshot's top and in a folder of it.</summary>
    [Theory]
    [InlineData("models--a--b/snapshots/abc", "../../blobs/1")]
    [InlineData("models--a--b/snapshots/abc/adapter", "../../../blobs/1")]
    public void Open_LinkOfTheHubsCache_Opens(string folder, string target)
    {
        Directory.CreateDirectory(_inside["models--a--b/blobs"]);
        File.WriteAllText(_inside["models--a--b/blobs/1"], "abc");
        Directory.CreateDirectory(_inside[folder]);
        File.CreateSymbolicLink(_inside[$"{folder}/config.json"], target);
        Directory.CreateSymbolicLink(_outside["alias"], _inside[folder]);

        Assert.Equal("abc"u8.ToArray(), new CheckpointFolder(_inside[folder]).ReadAllBytes("config.json", 3));
        Assert.Equal("abc"u8.ToArray(), new CheckpointFolder(_outside["alias"]).ReadAllBytes("config.json", 3));
    }

    [Theory]
    [InlineData("models--a--b/snapshots/abc", "../../../models--c--d/blobs/1")]
    [InlineData("models--a--b/snapshots/abc", "../../../secret")]
    [InlineData("models/snapshots/abc", "../../blobs/1")]
    [InlineData("models--a--b/other/abc", "../../blobs/1")]
    public void Open_LinkOutOfTheModelOfTheHubsCache_Throws(string folder, string target)
    {
        Directory.CreateDirectory(_inside[folder]);
        string real = Path.GetFullPath(_inside[$"{folder}/{target}"]);
        Directory.CreateDirectory(Path.GetDirectoryName(real)!);
        File.WriteAllText(real, "abc");
        File.CreateSymbolicLink(_inside[$"{folder}/config.json"], target);

        Failure.Of(() => new CheckpointFolder(_inside[folder]).Open("config.json").Dispose(), "config.json", null, "leaves its folder");
    }

    /// <summary>A ConfigMap's, a Secret's or a projected volume's: all names are links to one of the moment, which is exchanged whole.</summary>
    [Fact]
    public void Open_LinkOfAKubernetesVolume_Opens()
    {
        Directory.CreateDirectory(_inside["..2026_01"]);
        File.WriteAllText(_inside["..2026_01/file"], "abc");
        Directory.CreateSymbolicLink(_inside["..data"], "..2026_01");
        File.CreateSymbolicLink(_inside["file"], "..data/file");

        Assert.Equal("abc"u8.ToArray(), new CheckpointFolder(_inside.Path).ReadAllBytes("file", 3));
    }

    /// <summary>The name alone lies below the folder; what it leads to does not.</summary>
    [Fact]
    public void Open_LinkThroughAFolderThatIsALinkToOutside_Throws()
    {
        File.WriteAllText(_outside["secret"], "x");
        Directory.CreateSymbolicLink(_inside["..data"], _outside.Path);
        File.CreateSymbolicLink(_inside["link"], "..data/secret");

        Failure.Of(() => new CheckpointFolder(_inside.Path).Open("link").Dispose(), "link", null, "leaves its folder");
    }

    [Fact]
    public void Open_LinksInACircle_Throws()
    {
        File.CreateSymbolicLink(_inside["a"], "b");
        File.CreateSymbolicLink(_inside["b"], "a");

        Failure.Of(() => new CheckpointFolder(_inside.Path).Open("a").Dispose(), "a", null, "nowhere");
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123\n")]
    [InlineData("version https://hawser.github.com/spec/v1\noid sha256:00\nsize 123\n")]
    public void ReadAllBytes_PointerOfLfs_SaysWhatToDo(string content)
    {
        File.WriteAllText(_inside["config.json"], content);
        Failure.Of(() => new CheckpointFolder(_inside.Path).ReadAllBytes("config.json", 1000), "config.json", null, "git lfs pull");
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
