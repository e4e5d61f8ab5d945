using ExpertCluster.Cli.Running;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class RotatingFileTests : IDisposable
{
    private const int Limit = 100;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ToAFileThatExists_GoesOnBehindIt()
    {
        File.WriteAllText(_folder["a.log"], "before\n");

        Write(Limit, "behind\n");

        Assert.Equal("before\nbehind\n", File.ReadAllText(_folder["a.log"]));
    }

    [Fact]
    public void Write_MoreThanTheLimit_KeepsTwoFiles()
    {
        Write(Limit, [.. Enumerable.Range(0, 100).Select(i => $"line {i:000}\n")]);

        Assert.Equal(["a.1.log", "a.log"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(_folder.Path), file => Assert.InRange(new FileInfo(file).Length, 1, Limit));
        Assert.EndsWith("line 099\n", File.ReadAllText(_folder["a.log"]), StringComparison.Ordinal);
        int first = int.Parse(File.ReadAllText(_folder["a.log"]).AsSpan(5, 3), provider: null);
        Assert.EndsWith($"line {first - 1:000}\n", File.ReadAllText(_folder["a.1.log"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OneTextOverTheLimit_IsKeptWhole()
    {
        string large = new('x', 3 * Limit);

        Write(Limit, "small\n", large);

        Assert.Equal(large, File.ReadAllText(_folder["a.log"]));
    }

    [Fact]
    public void Write_FileOfTheProcessBefore_CountsToTheLimit()
    {
        File.WriteAllText(_folder["a.log"], new string('x', Limit));

        Write(Limit, "new\n", "newer\n");

        Assert.Equal("newer\n", File.ReadAllText(_folder["a.log"]));
        Assert.EndsWith("new\n", File.ReadAllText(_folder["a.1.log"]), StringComparison.Ordinal);
    }

    /// <summary>A disk of its own, filled by somebody else, then freed.</summary>
    [Fact]
    public async Task Write_DiskFullThenFreed_GoesOnWithALineOfItsOwn()
    {
        Directory.CreateDirectory(_folder["disk"]);
        var (code, _, why) = await Tool.TryAsync(
            "mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", _folder["disk"]], cancellationToken: TestContext.Current.CancellationToken);
        Assert.SkipUnless(code == 0, $"mounting is not permitted here: {why}");
        try
        {
            using var file = new RotatingFile(_folder["disk/a.log"], limit: 1 << 20);
            file.Write("first\n");
            Fill(_folder["disk/other"]);
            Assert.Throws<IOException>(() => file.Write(new string('x', 8192)));
            Assert.Throws<IOException>(() => file.Write(new string('x', 8192)));

            File.Delete(_folder["disk/other"]);
            file.Write("last\n");

            string[] lines = File.ReadAllLines(_folder["disk/a.log"]);
            Assert.Equal(("first", "last"), (lines[0], lines[^1]));
        }
        finally
        {
            await Tool.RunAsync("umount", [_folder["disk"]], cancellationToken: CancellationToken.None);
        }
    }

    private static void Fill(string path)
    {
        using var filler = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        Assert.Throws<IOException>(() => Enumerable.Range(0, 1000).ToList().ForEach(_ => filler.Write(new byte[1024])));
    }

    private void Write(long limit, params string[] texts)
    {
        using var file = new RotatingFile(_folder["a.log"], limit);
        foreach (string text in texts)
        {
            file.Write(text);
        }
    }
}
