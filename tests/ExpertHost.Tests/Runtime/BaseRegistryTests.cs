using ExpertCluster.Catalogue;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class BaseRegistryTests(SmallModels models)
{
    private readonly WantedBases _wanted = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Enter_ManyAtOnce_OpensOnce()
    {
        var opening = new TaskCompletionSource();
        var opener = new FakeOpener(models) { Until = opening.Task };
        await using var bases = new BaseRegistry(opener, _wanted, _time);
        var snapshot = models.Version(1, SmallModels.Alone("a"));

        var asked = Enumerable.Range(0, 50).Select(_ => bases.EnterAsync("a", snapshot)).ToArray();
        Assert.Empty(bases.Loaded);
        opening.SetResult();
        var runtimes = await Task.WhenAll(asked);

        Assert.Single(runtimes.Distinct());
        Assert.Equal(["a"], opener.Opened);
        Assert.Equal(["a"], bases.Loaded.Select(b => b.Name));
    }

    [Fact]
    public async Task Enter_AfterAFailure_TriesAgain()
    {
        var opener = new FakeOpener(models);
        await using var bases = new BaseRegistry(opener, _wanted, _time);
        var snapshot = models.Version(1, SmallModels.Alone("a"));
        opener.Failures["a"] = new IOException("not yet");
        await Assert.ThrowsAsync<IOException>(() => bases.EnterAsync("a", snapshot));
        Assert.Empty(bases.Loaded);
        opener.Failures.Clear();

        Assert.Equal("a", (await bases.EnterAsync("a", snapshot)).Name);
    }

    [Fact]
    public async Task Enter_ContentThatCannotBeUsed_IsReadAgainAfterAWhile()
    {
        var opener = new FakeOpener(models);
        await using var bases = new BaseRegistry(opener, _wanted, _time);
        var snapshot = models.Version(1, SmallModels.Alone("a"), SmallModels.Alone("b"));
        opener.Failures["a"] = new CatalogueException("base a: weights.bin is missing");
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("base a: weights.bin is missing", (await Assert.ThrowsAsync<CatalogueException>(() => bases.EnterAsync("a", snapshot))).Message);
            _time.Advance(BaseRegistry.RefusalTime / 4);
        }

        Assert.Equal("b", (await bases.EnterAsync("b", snapshot)).Name);
        Assert.Equal(["a", "b"], opener.Opened);
        opener.Failures.Clear();
        _time.Advance(BaseRegistry.RefusalTime / 4);

        Assert.Equal("a", (await bases.EnterAsync("a", snapshot)).Name);
    }

    [Fact]
    public async Task Enter_BaseThatTheSnapshotLacks_IsNamed_HoweverItIsLoaded()
    {
        await using var bases = new BaseRegistry(new FakeOpener(models), _wanted, _time);
        await bases.EnterAsync("a", models.Version(1, SmallModels.Alone("a")));

        var error = await Assert.ThrowsAsync<KeyNotFoundException>(() => bases.EnterAsync("a", models.Version(2, SmallModels.Alone("b"))));

        Assert.Equal("the catalogue has no base 'a'", error.Message);
        Assert.Equal(["a"], bases.Loaded.Select(b => b.Name));
    }

    [Fact]
    public async Task Enter_BaseThatThisHostDoesNotRun_IsRefusedUntilItIsToldTo()
    {
        var opener = new FakeOpener(models);
        await using var bases = new BaseRegistry(opener, _wanted, _time);
        var snapshot = models.Placed(1, "a");
        var error = await Assert.ThrowsAsync<BaseElsewhereException>(() => bases.EnterAsync("a", snapshot));
        Assert.Equal("base a is not run on this host", error.Message);
        Assert.Empty(opener.Opened);

        _wanted.Follow(["a"]);

        Assert.Equal("a", (await bases.EnterAsync("a", snapshot)).Name);
    }

    [Fact]
    public async Task LetGo_BaseInUse_IsClosedWithTheLastWhoUsesItAndOpenedAnewForOthers()
    {
        var opener = new FakeOpener(models);
        await using var bases = new BaseRegistry(opener, _wanted, _time);
        var snapshot = models.Version(1, SmallModels.Alone("a"), SmallModels.Alone("b"));
        var first = await bases.EnterAsync("a", snapshot);
        _ = await bases.EnterAsync("a", snapshot);
        _ = await bases.EnterAsync("b", snapshot);
        var runner = opener.Runners["a"];

        Assert.Equal([first], bases.LetGo(b => b.Name == "a"));
        Assert.Equal(["b"], bases.Loaded.Select(b => b.Name));
        Assert.False(first.TryEnter());
        first.Leave();
        Assert.False(first.IsClosed);
        first.Leave();
        await first.DisposeAsync();

        Assert.True(runner.IsDisposed);
        Assert.NotSame(first, await bases.EnterAsync("a", snapshot));
        Assert.Equal(["a", "b", "a"], opener.Opened);
    }

    /// <summary>The process ends, whoever still uses what was let go.</summary>
    [Fact]
    public async Task Dispose_BaseThatWasLetGoAndIsInUse_EndsItsEngine()
    {
        var opener = new FakeOpener(models);
        var bases = new BaseRegistry(opener, _wanted, _time);
        await bases.EnterAsync("a", models.Version(1, SmallModels.Alone("a")));
        bases.LetGo(_ => true);

        await bases.DisposeAsync();

        Assert.True(opener.Runners["a"].IsDisposed);
    }

    [Fact]
    public async Task Dispose_LoadedBases_EndsTheirEngines()
    {
        var opener = new FakeOpener(models);
        var bases = new BaseRegistry(opener, _wanted, _time);
        await bases.EnterAsync("a", models.Version(1, SmallModels.Alone("a"), SmallModels.Alone("b")));

        await bases.DisposeAsync();

        Assert.True(opener.Runners["a"].IsDisposed);
        Assert.Equal(["a"], opener.Opened);
    }
}
