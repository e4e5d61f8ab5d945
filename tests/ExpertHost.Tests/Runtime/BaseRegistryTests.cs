using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class BaseRegistryTests(SmallModels models)
{
    [Fact]
    public async Task Get_ManyAtOnce_OpensOnce()
    {
        var opening = new TaskCompletionSource();
        var opener = new FakeOpener(models) { Until = opening.Task };
        await using var bases = new BaseRegistry(opener);
        var snapshot = models.Version(1, SmallModels.Alone("a"));

        var asked = Enumerable.Range(0, 50).Select(_ => bases.GetAsync("a", snapshot)).ToArray();
        Assert.Empty(bases.Loaded);
        opening.SetResult();
        var runtimes = await Task.WhenAll(asked);

        Assert.Single(runtimes.Distinct());
        Assert.Equal(["a"], opener.Opened);
        Assert.Equal(["a"], bases.Loaded.Select(b => b.Name));
    }

    [Fact]
    public async Task Get_AfterAFailure_TriesAgain()
    {
        var opener = new FakeOpener(models);
        await using var bases = new BaseRegistry(opener);
        var snapshot = models.Version(1, SmallModels.Alone("a"));
        opener.Failures["a"] = new IOException("not yet");
        await Assert.ThrowsAsync<IOException>(() => bases.GetAsync("a", snapshot));
        Assert.Empty(bases.Loaded);
        opener.Failures.Clear();

        Assert.Equal("a", (await bases.GetAsync("a", snapshot)).Name);
    }

    [Fact]
    public async Task Get_BaseThatTheSnapshotLacks_IsNamed_HoweverItIsLoaded()
    {
        await using var bases = new BaseRegistry(new FakeOpener(models));
        await bases.GetAsync("a", models.Version(1, SmallModels.Alone("a")));

        var error = await Assert.ThrowsAsync<KeyNotFoundException>(() => bases.GetAsync("a", models.Version(2, SmallModels.Alone("b"))));

        Assert.Equal("the catalogue has no base 'a'", error.Message);
        Assert.Equal(["a"], bases.Loaded.Select(b => b.Name));
    }

    [Fact]
    public async Task Dispose_LoadedBases_EndsTheirEngines()
    {
        var opener = new FakeOpener(models);
        var bases = new BaseRegistry(opener);
        await bases.GetAsync("a", models.Version(1, SmallModels.Alone("a"), SmallModels.Alone("b")));

        await bases.DisposeAsync();

        Assert.True(opener.Runners["a"].IsDisposed);
        Assert.Equal(["a"], opener.Opened);
    }
}
