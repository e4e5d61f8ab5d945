using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;

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

    private BaseOpener Opener(RuntimeOptions options) => new(new FolderContent(), options, _observers, TimeProvider.System, LogitsFilters.BuiltIn);

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
