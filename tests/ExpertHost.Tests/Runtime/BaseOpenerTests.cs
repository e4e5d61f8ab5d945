using System.Text.Json.Nodes;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class BaseOpenerTests(SmallModels models)
{
    private readonly Observers _observers = new();

    [Fact]
    public async Task Open_PreparedBase_GeneratesAndIsObserved()
    {
        await using var runtime = await Opener(new RuntimeOptions { Threads = 1, Slots = 2 }).OpenAsync(models.Catalogue.Bases[0]);

        Assert.Equal(SmallModels.Base, runtime.Name);
        Assert.Equal(Revisions.Of(models.BaseFolder), runtime.Revision);
        Assert.Equal([2, 3], runtime.EndTokens.Order());
        Assert.Null(runtime.Template);
        var request = new GenerationRequest
        {
            Prompt = runtime.Tokenizer.Encode("Who pays?", addSpecialTokens: true, TestContext.Current.CancellationToken),
            MaxTokens = 3,
            Sampling = new SamplingOptions(),
            Branches = [new Branch()],
        };
        await using var stream = runtime.Engine.Generate(request, TestContext.Current.CancellationToken);
        var tokens = await stream.ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, tokens.Count(t => t.Id >= 0));
        Assert.Equal([SmallModels.Base], _observers.Asked);
        Assert.True(_observers.Steps >= 3);
    }

    [Fact]
    public async Task Open_OptionsOfTheHost_ReachTheEngine()
    {
        await using var runtime = await Opener(new RuntimeOptions { Threads = 1, Slots = 2, ContextLength = 40, AdaptersPerRow = 3, AdapterCapacity = 5 })
            .OpenAsync(models.Catalogue.Bases[0]);

        Assert.Equal((40, 3, 5), (runtime.Engine.ContextLength, runtime.Engine.AdaptersPerRow, runtime.Engine.Adapters.Capacity));
    }

    [Fact]
    public async Task Open_FolderThatIsGone_IsNamedByItsBase()
    {
        var lost = models.Catalogue.Bases[0] with { Name = "lost", Folder = models.BaseFolder with { Root = models.Path + "-gone" } };

        var error = await Assert.ThrowsAsync<CatalogueException>(() => Opener(new RuntimeOptions()).OpenAsync(lost));

        Assert.StartsWith("base lost: ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>With a digest that fits: what digests don't tell, the sentence has to.</summary>
    [Theory]
    [InlineData("tokenizer.json", "[]", "base b can't be loaded: tokenizer.json: ")]
    [InlineData("flat.onnx", "no graph", "base b can't be loaded: flat.onnx: ")]
    public async Task Open_FileThatCannotBeUsed_IsNamedWithItsBaseAndNoFolder(string file, string content, string sentence)
    {
        using var folder = new TemporaryFolder();
        var changed = Changed(folder, file, content);

        var error = await Assert.ThrowsAsync<CatalogueException>(() => Opener(new RuntimeOptions { Threads = 1 }).OpenAsync(new PreparedBase("b", changed, HasTokenGate: false)));

        Assert.StartsWith(sentence, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    /// <summary>Between the comparison of a whole folder and the opening of its last file, seconds pass where weights are large.</summary>
    [Theory]
    [InlineData("base.json", 3)]
    [InlineData("tokenizer.json", 20)]
    [InlineData("tokenizer_config.json", 1)]
    [InlineData("flat.onnx", 1000)]
    [InlineData("portable.onnx", 50)]
    public async Task Open_FileThatChangesBehindItsComparison_IsNotUsed(string file, int place)
    {
        using var folder = new TemporaryFolder();
        var copy = Changed(folder, "tokenizer_config.json", "{ }");
        var opener = Opener(new RuntimeOptions { Threads = 1, Slots = 1 }, new ChangingContent(file, place));

        var error = await Assert.ThrowsAsync<CatalogueException>(() => opener.OpenAsync(new PreparedBase("b", copy, HasTokenGate: false)));

        Assert.StartsWith($"base b can't be loaded: {file}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("digest", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Prompts need no template.</summary>
    [Theory]
    [InlineData("{\"chat_template\": \"{% for %}\"}", "chat template, line 1")]
    [InlineData("{\"chat_template\": 5}", "tokenizer_config.json: chat_template must be a string")]
    public async Task Open_TemplateThatCannotBeUsed_CostsChatAlone(string config, string problem)
    {
        using var folder = new TemporaryFolder();
        var changed = Changed(folder, "tokenizer_config.json", config);

        await using var runtime = await Opener(new RuntimeOptions { Threads = 1, Slots = 1 }).OpenAsync(new PreparedBase("b", changed, HasTokenGate: false));

        Assert.Null(runtime.Template);
        Assert.Contains(problem, runtime.Found.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, runtime.Found.Problem, StringComparison.Ordinal);
    }

    private PreparedFolder Changed(TemporaryFolder folder, string file, string content)
    {
        string draft = Directory.CreateDirectory(folder["draft"]).FullName;
        foreach (var one in models.BaseFolder.Files)
        {
            File.Copy(Path.Combine(models.BaseFolder.Location, one.Name), Path.Combine(draft, one.Name));
        }

        File.WriteAllText(Path.Combine(draft, file), content);
        string manifest = Path.Combine(draft, "base.json");
        var json = JsonNode.Parse(File.ReadAllText(manifest))!;
        var described = PreparedFile.Describe(Path.Combine(draft, file), file);
        var entry = json["files"]!.AsArray().Single(f => (string)f!["name"]! == file)!;
        (entry["bytes"], entry["sha256"]) = (described.Bytes, described.Sha256);
        File.WriteAllText(manifest, json.ToJsonString());
        var made = PreparedFolder.Of(PreparedFolder.Bases, models.BaseFolder.Files.Select(f => PreparedFile.Describe(Path.Combine(draft, f.Name), f.Name)));
        Directory.CreateDirectory(folder[PreparedFolder.Bases]);
        Directory.Move(draft, folder[made.Path]);
        return made with { Root = folder.Path };
    }

    private BaseOpener Opener(RuntimeOptions options, IPreparedContent? content = null) => new(content ?? new FolderContent(), options, _observers, TimeProvider.System, LogitsFilters.BuiltIn, NullLogger<BaseOpener>.Instance);

    /// <summary>A folder in which somebody flips a bit when it has just been compared.</summary>
    private sealed class ChangingContent(string file, int place) : IPreparedContent
    {
        public bool Stays => true;

        public async Task<PreparedPlace> OpenAsync(PreparedFolder folder, string what, string below, CancellationToken cancellation)
        {
            var compared = await new FolderContent().OpenAsync(folder, what, below, cancellation);
            string path = Path.Combine(compared.Path, file);
            byte[] bytes = await File.ReadAllBytesAsync(path, cancellation);
            bytes[place] ^= 1;
            await File.WriteAllBytesAsync(path, bytes, cancellation);
            return compared;
        }
    }

    private sealed class Observers : IBaseObservers, IEngineObserver
    {
        private int _steps;

        public List<string> Asked { get; } = [];

        public int Steps => Volatile.Read(ref _steps);

        public IEngineObserver Of(string baseName)
        {
            Asked.Add(baseName);
            return this;
        }

        public void StepCompleted(in StepReport report) => Interlocked.Increment(ref _steps);
    }
}
