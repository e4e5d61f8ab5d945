using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests;

/// <summary>`prepare`, run again, at once, into folders that hold something already, and with a cache that was damaged.</summary>
public sealed class PreparationTests : IDisposable
{
    private static readonly string Config = DemoModels.Path("experts.yaml");

    /// <summary>A base and an adapter of it without examples: there are no gates to be trained, which takes longer than all the rest.</summary>
    private const string WithoutGates =
        """
        bases:
          - name: demo
            path: base
        experts:
          - name: law
            base: demo
            adapter: adapters/law
        """;

    private readonly TemporaryFolder _folder = new();

    private string Output => _folder["out"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Prepare_TwiceAtOnceThenAgain_MakesOneFolderAndChangesNothingMore()
    {
        var both = await Task.WhenAll(PrepareAsync(), PrepareAsync());
        Assert.All(both, run => Assert.True(run.Code == 0, run.Errors));
        var before = State();

        var again = await PrepareAsync();

        Assert.Equal((0, Output), (again.Code, again.Output.Trim()));
        Assert.Contains("nothing to do", again.Errors, StringComparison.Ordinal);
        Assert.Equal(before, State());
        CheckAll();

        // Bases and gates are on the disk once, whatever links were needed.
        foreach (string kind in (string[])[PreparedFolder.Bases, PreparedFolder.Gates])
        {
            Assert.Empty(await Tool.RunAsync("find", [_folder[$"out/{kind}"], "-type", "f", "-links", "1"]));
        }

        Assert.Empty(Directory.EnumerateDirectories(Output, ".*"));
    }

    [Theory]
    [InlineData("bases/*/weights.bin")]
    [InlineData("gates/*/request/ngrams.bin")]
    public async Task Prepare_FileChangedThatTheCacheShares_IsMadeAnew(string file)
    {
        string config = file.StartsWith("gates", StringComparison.Ordinal) ? Config : CopyWithoutGates();
        await PrepareAsync(config);
        string path = PreparedDemo.FileOf(Output, file);
        byte[] whole = File.ReadAllBytes(path);
        PreparedDemo.FlipByte(path);

        var again = await PrepareAsync(config);

        Assert.True(again.Code == 0, again.Errors);
        Assert.Equal(whole, File.ReadAllBytes(path));
        CheckAll();
    }

    [Fact]
    public async Task Prepare_LeftoversOfAKilledOne_AreTakenAway()
    {
        Directory.CreateDirectory(_folder["out/.stage-1"]);
        File.WriteAllText(_folder["out/.prepared-1"], "half");

        var run = await PrepareAsync(CopyWithoutGates());

        Assert.True(run.Code == 0, run.Errors);
        Assert.False(Path.Exists(_folder["out/.stage-1"]));
        Assert.False(Path.Exists(_folder["out/.prepared-1"]));
    }

    [Fact]
    public async Task Prepare_OverAnOlderFormat_TakesItsPlaceAndSaysSo()
    {
        Directory.CreateDirectory(Output);
        File.WriteAllText(_folder["out/prepared.json"], """{"format": 1, "bases": [], "experts": []}""");

        var run = await PrepareAsync(CopyWithoutGates());

        Assert.True(run.Code == 0, run.Errors);
        Assert.Contains("held another catalogue", run.Errors, StringComparison.Ordinal);
        CheckAll();
    }

    [Fact]
    public async Task Prepare_XdgCacheHome_IsHeeded()
    {
        var run = await ProgramRun.ToEndAsync(
            "Cli", [("EXPERTCLUSTER_CACHE", null), ("XDG_CACHE_HOME", _folder["xdg"])], "prepare", "--config", CopyWithoutGates(), Output);

        Assert.True(run.Code == 0, run.Errors);
        Assert.NotEmpty(Directory.GetDirectories(_folder["xdg/expertcluster/bases"]));
    }

    [Theory]
    [InlineData("adapters/law/adapter_model.safetensors", "expert law: adapter_model.safetensors is no regular file")]
    [InlineData("base/tokenizer_config.json", "base demo: tokenizer_config.json is no regular file")]
    [InlineData("examples/law.txt", "there is no file")]
    public async Task Prepare_FifoInAFilesPlace_IsRefusedByName(string file, string named)
    {
        PreparedDemo.CopyFolder(DemoModels.Path(), _folder["models"]);
        File.Delete(_folder[$"models/{file}"]);
        await Tool.RunAsync("mkfifo", [_folder[$"models/{file}"]]);

        var run = await PreparedDemo.PrepareAsync(_folder["models/experts.yaml"], Output, _folder["cache"]);

        Assert.Equal(2, run.Code);
        Assert.Contains(named, run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out/prepared.json"]));
    }

    [Fact]
    public async Task Prepare_AdapterOutOfTheHuggingFaceCache_IsCopied()
    {
        string config = CopyWithoutGates();
        string adapter = _folder["models/adapters/law"];
        string model = _folder["models/hub/models--law"];
        Directory.CreateDirectory(Path.Combine(model, "blobs"));
        string snapshot = Directory.CreateDirectory(Path.Combine(model, "snapshots", "1")).FullName;
        foreach (string file in Directory.GetFiles(adapter))
        {
            File.Move(file, Path.Combine(model, "blobs", Path.GetFileName(file)));
            File.CreateSymbolicLink(Path.Combine(snapshot, Path.GetFileName(file)), $"../../blobs/{Path.GetFileName(file)}");
        }

        Directory.Delete(adapter);
        Directory.CreateSymbolicLink(adapter, snapshot);

        var run = await PrepareAsync(config);

        Assert.True(run.Code == 0, run.Errors);
        CheckAll();
    }

    [Fact]
    public async Task Prepare_AdapterThatIsALinkElsewhere_IsRefused()
    {
        PreparedDemo.CopyFolder(DemoModels.Path(), _folder["models"]);
        string tensors = _folder["models/adapters/law/adapter_model.safetensors"];
        File.Move(tensors, _folder["elsewhere"]);
        File.CreateSymbolicLink(tensors, _folder["elsewhere"]);

        var run = await PreparedDemo.PrepareAsync(_folder["models/experts.yaml"], Output, _folder["cache"]);

        Assert.Equal(2, run.Code);
        Assert.Contains("expert law: adapter_model.safetensors is a link that leaves its folder", run.Errors, StringComparison.Ordinal);
    }

    private Task<ProgramRun> PrepareAsync() => PrepareAsync(Config);

    private Task<ProgramRun> PrepareAsync(string config) => PreparedDemo.PrepareAsync(config, Output, _folder["cache"]);

    private string CopyWithoutGates()
    {
        PreparedDemo.CopyFolder(DemoModels.Path(), _folder["models"]);
        File.WriteAllText(_folder["models/experts.yaml"], WithoutGates);
        return _folder["models/experts.yaml"];
    }

    private void CheckAll()
    {
        var prepared = PreparedCatalogue.Load(Output);
        prepared.Bases.Single().Folder.Check("the base");
        prepared.Gates?.Check("the gates");
        Assert.All(prepared.Experts.Where(e => e.Adapter is not null), e => e.Adapter!.Check(e.Name));
    }

    /// <summary>Every name, and when its content changed last.</summary>
    private List<(string, DateTime)> State() =>
        [.. new DirectoryInfo(Output).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(e => (e.FullName, e.LastWriteTimeUtc)).OrderBy(e => e.FullName, StringComparer.Ordinal)];
}
