using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Sources;

public sealed class FolderSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SourceWorld _world = new(new SourceOptions { Attempts = 1 });

    public FolderSourceTests()
    {
        Directory.CreateDirectory(_folder["law/sub"]);
        File.WriteAllText(_folder["law/a.txt"], "one");
        File.WriteAllText(_folder["law/sub/b.txt"], "two");
    }

    public void Dispose()
    {
        _world.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Fetch_FolderThatChangesLater_KeepsWhatItHeld()
    {
        using var content = await _world.FetchAsync($"file://{_folder["law"]}");
        File.WriteAllText(_folder["law/a.txt"], "changed");

        Assert.Equal(["a.txt", "sub/b.txt"], content.Files.Select(f => f.Name).Order());
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(content.Path, "a.txt"), TestContext.Current.CancellationToken));

        using var again = await _world.FetchAsync($"file://{_folder["law"]}");
        Assert.Equal("changed", await File.ReadAllTextAsync(Path.Combine(again.Path, "a.txt"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/etc/hostname")]
    [InlineData("../outside.txt")]
    public async Task Fetch_LinkThatLeavesTheFolder_IsRefused(string target)
    {
        File.WriteAllText(_folder["outside.txt"], "secret");
        File.CreateSymbolicLink(_folder["law/link"], target);

        Assert.Contains("link is a link that leaves its folder", (await Assert.ThrowsAsync<CatalogueException>(() => _world.FetchAsync($"file://{_folder["law"]}"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_Fifo_IsRefusedWithoutOpeningIt()
    {
        await Tool.RunAsync("mkfifo", [_folder["law/pipe"]], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains("pipe is no regular file", (await Assert.ThrowsAsync<CatalogueException>(() => _world.FetchAsync($"file://{_folder["law"]}"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_NoSuchFolder_SaysSo() =>
        Assert.Contains("there is no such folder", await _world.RefusedAsync($"file://{_folder["nowhere"]}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("file://host/share")]
    [InlineData("file://relative")]
    public void ProblemOf_NoWholePath_SaysTheForm(string uri) => Assert.Contains("must be file:///FOLDER", _world.Sources.ProblemOf(uri), StringComparison.Ordinal);
}
