using ExpertCluster.Catalogue;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class ExpertLoaderTests(SmallModels models)
{
    [Fact]
    public async Task Load_ExpertWithAnAdapter_IsRegisteredUnderANewEpoch()
    {
        await using var host = new HostParts(models);

        var activation = await host.LoadAsync("law", replica: 2);

        Assert.Equal("law", activation.Adapter!.Name);
        Assert.Equal(
            new ExpertReplica { Expert = "law", Replica = 2, Host = "host-7", Address = "http://10.0.0.7:5007", Epoch = activation.Replica.Epoch },
            activation.Replica);
        Assert.Same(activation, host.Activations.Find("law", activation.Replica.Epoch));
        Assert.Equal((2301, $"Expert law#2 loaded under epoch {activation.Replica.Epoch}"), Assert.Single(host.Log.Lines));
    }

    [Fact]
    public async Task Load_BaseAlone_HasNoAdapter()
    {
        await using var host = new HostParts(models);

        Assert.Null((await host.LoadAsync(SmallModels.Base)).Adapter);
    }

    [Fact]
    public async Task Load_UnknownExpert_IsNamed()
    {
        await using var host = new HostParts(models);

        var error = await Assert.ThrowsAsync<KeyNotFoundException>(() => host.LoadAsync("poems"));

        Assert.Equal("the catalogue has no expert 'poems'", error.Message);
    }

    [Fact]
    public async Task Load_ExpertOfALaterCatalogue_IsFoundAndOneThatWentIsNot()
    {
        await using var host = new HostParts(models);
        await host.LoadAsync("law");

        host.Catalogue.Swap(models.Version(2, SmallModels.Expert("poems", models.Tax)));

        Assert.Equal("poems", (await host.LoadAsync("poems")).Replica.Expert);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => host.LoadAsync("law"));
        Assert.Single(host.Opener.Opened);
    }

    [Fact]
    public async Task Load_WhileTheHostDrains_IsRefused()
    {
        await using var host = new HostParts(models);
        host.Drain.Begin();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.LoadAsync("law"));

        Assert.Equal("host host-7 drains and loads nothing new", error.Message);
        Assert.Empty(host.Activations.All);
    }

    [Fact]
    public async Task Load_AdapterThatIsNotWhatWasPrepared_IsUnusableAndReadOnceInAWhile()
    {
        var catalogue = models.CatalogueOf(SmallModels.Expert("broken", models.Damaged("once")));
        await using var host = new HostParts(models, catalogue);

        var first = await Assert.ThrowsAsync<ExpertUnusableException>(() => host.LoadAsync("broken"));
        Directory.Delete(catalogue.Experts[0].Adapter!.Location, recursive: true);
        var second = await Assert.ThrowsAsync<ExpertUnusableException>(() => host.LoadAsync("broken"));
        host.Time.Advance(TimeSpan.FromSeconds(30));
        var third = await Assert.ThrowsAsync<ExpertUnusableException>(() => host.LoadAsync("broken"));

        Assert.StartsWith("expert broken can't be loaded: the adapter of broken: adapter_config.json has", first.Message, StringComparison.Ordinal);
        Assert.Equal(first.Message, second.Message);
        Assert.NotEqual(first.Message, third.Message);
        Assert.Equal((2303, first.Message), Assert.Single(host.Log.Lines));
    }

    [Fact]
    public async Task Load_AdapterOfAnotherShape_IsUnusableByItsOwnFault()
    {
        await using var host = new HostParts(models, models.CatalogueOf(SmallModels.Expert("misfit", models.Misfit), SmallModels.Expert("law", models.Law)));

        var error = await Assert.ThrowsAsync<ExpertUnusableException>(() => host.LoadAsync("misfit"));

        Assert.StartsWith("expert misfit can't be loaded: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.NotNull(await host.LoadAsync("law"));
    }

    [Fact]
    public async Task Load_BaseThatFailsForAMoment_IsAnErrorThatAnotherHostMayNotHave()
    {
        await using var host = new HostParts(models);
        host.Opener.Failures[SmallModels.Base] = new IOException("no\nmemory");

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.LoadAsync("law"));
        Assert.Equal("expert law can't be loaded: no memory", error.Message);
        host.Opener.Failures.Clear();

        Assert.NotNull(await host.LoadAsync("law"));
    }

    [Fact]
    public async Task Load_BaseWhoseFolderIsBad_IsUnusable()
    {
        await using var host = new HostParts(models);
        host.Opener.Failures[SmallModels.Base] = new CatalogueException("base small: weights.bin is missing");

        await Assert.ThrowsAsync<ExpertUnusableException>(() => host.LoadAsync("law"));

        // Its other experts are told for themselves.
        await Assert.ThrowsAsync<ExpertUnusableException>(() => host.LoadAsync("tax"));
        Assert.Equal(2, host.Opener.Opened.Count);
    }

    [Fact]
    public async Task Unload_WhileARequestRuns_TakesNothingNewAndGivesTheAdapterUp()
    {
        await using var host = new HostParts(models);
        var activation = await host.LoadAsync("law");
        Assert.True(activation.TryEnter());

        host.Loader.Unload(activation);

        Assert.Null(host.Activations.Find("law", activation.Replica.Epoch));
        Assert.False(activation.TryEnter());
        Assert.Equal(1, activation.Running);
        Assert.Equal(0, activation.Runtime.Engine.Adapters.Counts.Registered);
        Assert.Contains((2302, $"Expert law of epoch {activation.Replica.Epoch} unloaded"), host.Log.Lines);
    }

    [Fact]
    public async Task Unload_BaseAlone_LeavesTheBase()
    {
        await using var host = new HostParts(models);

        host.Loader.Unload(await host.LoadAsync(SmallModels.Base));

        Assert.Empty(host.Activations.All);
        Assert.Single(host.Bases.Loaded);
    }
}
