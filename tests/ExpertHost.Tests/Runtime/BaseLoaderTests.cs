using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class BaseLoaderTests(SmallModels models)
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly HostReadiness _readiness = new();
    private readonly LogLines<BaseLoader> _log = new();

    [Fact]
    public async Task Start_BasesOfTheCatalogue_AreLoadedAndWarmBeforeTheHostIsReady()
    {
        await using var host = new HostParts(models, models.CatalogueOf(SmallModels.Alone("a"), SmallModels.Alone("b")));
        var opening = new TaskCompletionSource();
        host.Opener.Until = opening.Task;
        using var loader = Loader(host);
        await loader.StartAsync(_cancellation);
        Assert.Equal("loading its bases", _readiness.Lacks);

        opening.SetResult();
        await _log.UntilAsync(2);

        Assert.Equal(["a", "b"], host.Opener.Opened);
        Assert.All(host.Bases.Loaded, b => Assert.Equal(0, b.Engine.Status.Running));
        await ReadyAsync();
        await loader.StopAsync(_cancellation);
    }

    [Fact]
    public async Task Start_NoBase_IsReady()
    {
        await using var host = new HostParts(models, models.CatalogueOf());
        using var loader = Loader(host);

        await loader.StartAsync(_cancellation);
        await ReadyAsync();

        await loader.StopAsync(_cancellation);
        Assert.True(loader.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(1, "base a can't be loaded: no memory")]
    [InlineData(2, "base a can't be loaded: no memory; base b: flat.onnx is missing")]
    public async Task Start_NoBaseThatCanBeLoaded_EndsTheProcessWithOneSentence(int count, string sentence)
    {
        await using var host = new HostParts(models, models.CatalogueOf([.. ((string[])["a", "b"]).Take(count).Select(name => SmallModels.Alone(name))]));
        host.Opener.Failures["a"] = new IOException("no\nmemory");
        host.Opener.Failures["b"] = new CatalogueException("base b: flat.onnx is missing");
        using var loader = Loader(host);

        await loader.StartAsync(_cancellation);

        var error = await Assert.ThrowsAsync<CatalogueException>(() => loader.ExecuteTask!.WaitAsync(_cancellation));
        Assert.Equal(sentence, error.Message);
        Assert.NotNull(_readiness.Lacks);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public async Task Start_OneBaseOfTwoThatCannotBeLoaded_IsToldOfAndTheOtherServes(string broken)
    {
        string whole = broken == "a" ? "b" : "a";
        await using var host = new HostParts(models, models.CatalogueOf(SmallModels.Alone("a"), SmallModels.Alone("b")));
        host.Opener.Failures[broken] = new CatalogueException($"base {broken}: weights.bin is no regular file");
        using var loader = Loader(host, host.Time);

        await loader.StartAsync(_cancellation);
        await ReadyAsync();

        Assert.Equal([whole], host.Bases.Loaded.Select(b => b.Name));
        Assert.Equal($"base {broken}: weights.bin is no regular file", Assert.Single(_log.Lines, line => line.Id == 2202).Text);
        Assert.Equal(whole, (await host.LoadAsync(whole)).Expert);
        await Assert.ThrowsAsync<ExpertUnusableException>(() => host.LoadAsync(broken));
        await loader.StopAsync(_cancellation);
        Assert.True(loader.ExecuteTask!.IsCompletedSuccessfully);
    }

    /// <summary>A host is also there for bases that it is told to run later.</summary>
    [Fact]
    public async Task Start_BrokenBaseBesidePlacedOnes_IsToldOfAndTheHostWaitsForThose()
    {
        await using var host = new HostParts(models);
        var made = models.CatalogueOf(SmallModels.Alone("a"), SmallModels.Alone("p"));
        host.Catalogue.Swap(new CatalogueSnapshot(2, made with { Bases = [made.Bases[0], made.Bases[1] with { Replicas = 1 }] }));
        host.Opener.Failures["a"] = new CatalogueException("base a: weights.bin is missing");
        using var loader = Loader(host);
        await loader.StartAsync(_cancellation);

        host.Wanted.Follow(["p"]);
        await ReadyAsync();

        Assert.Equal(["p"], host.Bases.Loaded.Select(b => b.Name));
        await loader.StopAsync(_cancellation);
    }

    [Fact]
    public async Task Start_BaseThatIsAwayForNow_IsAskedForUntilItComes()
    {
        await using var host = new HostParts(models, models.CatalogueOf(SmallModels.Alone("a"), SmallModels.Alone("b")));
        int asked = 0;
        host.Opener.FailuresOnce["b"] = () => ++asked < 4 ? new ContentException("base b: weights.bin: the server is away") { RetryHelps = true } : null;
        using var loader = Loader(host, host.Time);

        await loader.StartAsync(_cancellation);
        await UntilAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(5));
            return _readiness.Lacks is null;
        });

        Assert.Equal(["a", "b", "b", "b", "b"], host.Opener.Opened);
        Assert.Equal("base b can't be loaded: base b: weights.bin: the server is away", Assert.Single(_log.Lines, line => line.Id == 2202).Text);
        await loader.StopAsync(_cancellation);
    }

    [Fact]
    public async Task Change_NewBaseThatIsAwayForNow_IsLoadedWithoutAnotherChange()
    {
        await using var host = new HostParts(models, models.CatalogueOf(SmallModels.Alone("a")));
        int asked = 0;
        host.Opener.FailuresOnce["b"] = () => ++asked < 3 ? new ContentException("base b: weights.bin: the server is away") { RetryHelps = true } : null;
        using var loader = Loader(host, host.Time);
        await loader.StartAsync(_cancellation);
        await ReadyAsync();

        host.Catalogue.Swap(models.Version(2, SmallModels.Alone("a"), SmallModels.Alone("b")));
        await UntilAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(5));
            return host.Bases.Loaded.Any(b => b.Name == "b");
        });

        Assert.Equal(3, asked);
        await loader.StopAsync(_cancellation);
    }

    [Fact]
    public async Task Change_NewBase_IsLoadedAndNoOtherAgain()
    {
        await using var host = new HostParts(models, models.CatalogueOf(SmallModels.Alone("a")));
        using var loader = Loader(host);
        await loader.StartAsync(_cancellation);
        await _log.UntilAsync(1);

        host.Catalogue.Swap(models.Version(2, SmallModels.Alone("a"), SmallModels.Alone("b")));
        await _log.UntilAsync(2);

        Assert.Equal(["a", "b"], host.Opener.Opened);
        Assert.Equal(["a", "b"], host.Bases.Loaded.Select(b => b.Name).Order());
        await loader.StopAsync(_cancellation);
    }

    [Fact]
    public async Task Change_WhileTheFirstBasesLoad_IsNotMissed()
    {
        await using var host = new HostParts(models, models.CatalogueOf(SmallModels.Alone("a")));
        var opening = new TaskCompletionSource();
        host.Opener.Until = opening.Task;
        using var loader = Loader(host);
        await loader.StartAsync(_cancellation);
        await UntilAsync(() => !host.Opener.Opened.IsEmpty);
        host.Catalogue.Swap(models.Version(2, SmallModels.Alone("b")));
        host.Catalogue.Swap(models.Version(3, SmallModels.Alone("c")));

        opening.SetResult();
        await _log.UntilAsync(2);

        // "b" came and went while "a" was loaded.
        Assert.Equal(["a", "c"], host.Opener.Opened);
        await loader.StopAsync(_cancellation);
    }

    [Fact]
    public async Task Change_BaseThatCannotBeLoaded_IsToldAndTriedAtTheNextChange()
    {
        await using var host = new HostParts(models, models.CatalogueOf(SmallModels.Alone("a")));
        host.Opener.Failures["b"] = new CatalogueException("base b: weights.bin is missing");
        using var loader = Loader(host);
        await loader.StartAsync(_cancellation);
        await _log.UntilAsync(1);

        host.Catalogue.Swap(models.Version(2, SmallModels.Alone("a"), SmallModels.Alone("b"), SmallModels.Alone("c")));
        await _log.UntilAsync(3);
        Assert.Contains((2202, "base b: weights.bin is missing"), _log.Lines);
        Assert.Equal(["a", "c"], host.Bases.Loaded.Select(b => b.Name).Order());
        Assert.Null(_readiness.Lacks);

        host.Opener.Failures.Clear();
        host.Time.Advance(BaseRegistry.RefusalTime);
        host.Catalogue.Swap(models.Version(3, SmallModels.Alone("b")));
        await _log.UntilAsync(4);

        Assert.Equal(["a", "b", "c"], host.Bases.Loaded.Select(b => b.Name).Order());
        await loader.StopAsync(_cancellation);
        Assert.True(loader.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Start_BasesThatNotEveryHostRuns_WaitsUntilItIsToldWhich()
    {
        await using var host = new HostParts(models);
        host.Catalogue.Swap(models.Placed(2, "a", "b"));
        using var loader = Loader(host);
        await loader.StartAsync(_cancellation);
        await UntilAsync(() => _readiness.Lacks == "waiting to be told which bases it runs");
        Assert.Empty(host.Opener.Opened);

        host.Wanted.Follow(["b"]);
        await ReadyAsync();

        Assert.Equal(["b"], host.Bases.Loaded.Select(b => b.Name));
        await loader.StopAsync(_cancellation);
    }

    [Fact]
    public async Task Start_ToldToRunNone_IsReady()
    {
        await using var host = new HostParts(models);
        host.Catalogue.Swap(models.Placed(2, "a"));
        using var loader = Loader(host);
        await loader.StartAsync(_cancellation);

        host.Wanted.Follow([]);
        await ReadyAsync();

        Assert.Empty(host.Opener.Opened);
        await loader.StopAsync(_cancellation);
    }

    [Fact]
    public async Task Change_ToldToRunAnother_LetsTheFirstGoWithItsExpertsAndWhatRunsEnds()
    {
        await using var host = new HostParts(models);
        host.Catalogue.Swap(models.Placed(2, "a", "b"));
        using var loader = Loader(host);
        await loader.StartAsync(_cancellation);
        host.Wanted.Follow(["a"]);
        await ReadyAsync();
        var running = await host.LoadAsync("a");
        Assert.True(running.TryEnter());

        host.Wanted.Follow(["b"]);
        await UntilAsync(() => host.Bases.Loaded.Select(b => b.Name).SequenceEqual(["b"]));

        await UntilAsync(() => !host.Activations.All.Any());
        Assert.False(running.TryEnter());
        Assert.False(host.Opener.Runners["a"].IsDisposed);
        running.Leave();
        await UntilAsync(() => host.Opener.Runners["a"].IsDisposed);
        await Assert.ThrowsAsync<ExpertBusyException>(() => host.LoadAsync("a"));
        await loader.StopAsync(_cancellation);
    }

    [Fact]
    public async Task Change_BaseThatCannotRunHere_IsReportedForAsLongAsItIsWanted()
    {
        await using var host = new HostParts(models);
        host.Catalogue.Swap(models.Placed(2, "a", "b"));
        host.Opener.Failures["a"] = new IOException("no memory");
        using var loader = Loader(host);
        await loader.StartAsync(_cancellation);

        host.Wanted.Follow(["a", "b"]);
        await ReadyAsync();

        Assert.Equal(["a"], host.Wanted.Failed);
        Assert.Equal(["b"], host.Bases.Loaded.Select(b => b.Name));
        host.Wanted.Follow(["b"]);
        Assert.Empty(host.Wanted.Failed);
        await loader.StopAsync(_cancellation);
    }

    [Fact]
    public async Task Change_ContentThatNoRecentCatalogueHas_IsLetGo()
    {
        await using var host = new HostParts(models, models.CatalogueOf(SmallModels.Alone("a")));
        using var loader = Loader(host);
        await loader.StartAsync(_cancellation);
        await ReadyAsync();
        var runner = host.Opener.Runners["a"];

        for (int i = 0; i < CatalogueHistory.Kept; i++)
        {
            Assert.False(runner.IsDisposed);
            host.Catalogue.Swap(models.Version(2 + i, SmallModels.Alone("b")));
        }

        await UntilAsync(() => runner.IsDisposed);
        await loader.StopAsync(_cancellation);
    }

    [Fact]
    public async Task Stop_WhileABaseIsRead_DoesNotWaitForIt()
    {
        await using var host = new HostParts(models, models.CatalogueOf(SmallModels.Alone("a")));
        var opening = new TaskCompletionSource();
        host.Opener.Until = opening.Task;
        using var loader = Loader(host);
        await loader.StartAsync(_cancellation);
        await UntilAsync(() => !host.Opener.Opened.IsEmpty);

        await loader.StopAsync(_cancellation);

        Assert.True(loader.ExecuteTask!.IsCompletedSuccessfully);
        opening.SetResult();
    }

    private Task ReadyAsync() => UntilAsync(() => _readiness.Lacks is null);

    private async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            _cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private BaseLoader Loader(HostParts host, TimeProvider? time = null) => new(host.Catalogue, host.History, host.Wanted, host.Bases, host.Activations, host.Gates, _readiness, time ?? TimeProvider.System, _log);
}
