using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class ExpertLoaderTests(SmallModels models)
{
    [Fact]
    public async Task Load_ExpertWithAnAdapter_IsReadyUnderItsRevision()
    {
        await using var host = new HostParts(models);

        var activation = await host.LoadAsync("law");

        Assert.Equal("law", activation.Adapter!.Name);
        Assert.Equal(("law", host.Catalogue.Current.FindExpert("law")!.Revision), (activation.Expert, activation.Revision));
        Assert.True(activation.IsInMemory);
        Assert.Equal((2301, $"Expert law of revision {activation.Revision} loaded"), Assert.Single(host.Log.Lines));
    }

    [Fact]
    public async Task Load_BaseAlone_HasNoAdapter()
    {
        await using var host = new HostParts(models);

        Assert.Null((await host.LoadAsync(SmallModels.Base)).Adapter);
    }

    [Fact]
    public async Task Load_WhileTheHostDrains_IsRefused()
    {
        await using var host = new HostParts(models);
        host.Drain.Begin();

        var error = await Assert.ThrowsAsync<ExpertBusyException>(() => host.LoadAsync("law"));

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

    /// <summary>Hundreds that are asked for at once must not take the thread pool from all else; one that fails gives its turn on.</summary>
    [Fact]
    public async Task Load_ManyAtOnce_AFewAreReadAtATime()
    {
        string[] names = [.. Enumerable.Range(0, 3 * ExpertLoader.MostReads).Select(i => $"expert-{i}")];
        var content = new CountedContent();
        await using var host = new HostParts(models, models.CatalogueOf([.. names.Select(name => SmallModels.Expert(name, models.Damaged(name)))]), content: content);

        await Task.WhenAll(names.Select(name => Assert.ThrowsAsync<ExpertUnusableException>(() => host.LoadAsync(name))));

        Assert.Equal(names.Length, content.All);
        Assert.InRange(content.Most, 1, ExpertLoader.MostReads);
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

        var error = await Assert.ThrowsAsync<ExpertBusyException>(() => host.LoadAsync("law"));
        Assert.Equal("expert law can't be loaded: no memory", error.Message);
        host.Opener.Failures.Clear();

        Assert.NotNull(await host.LoadAsync("law"));
    }

    [Fact]
    public async Task Load_AdapterThatIsAwayForNow_IsNoFaultOfTheExpert()
    {
        var content = new FakeContent { Failure = new ContentException("the adapter of law: adapter_config.json: the server is away") { RetryHelps = true } };
        await using var host = new HostParts(models, content: content);

        var error = await Assert.ThrowsAsync<ExpertBusyException>(() => host.LoadAsync("law"));
        Assert.Equal("expert law can't be loaded: the adapter of law: adapter_config.json: the server is away", error.Message);
        Assert.Equal(0, host.Unusable.Count);
        content.Failure = null;

        Assert.NotNull(await host.LoadAsync("law"));
        Assert.Equal(0, content.Held);
    }

    [Fact]
    public async Task Load_AdapterThatTheServerHasAnotherOf_IsUnusable()
    {
        var content = new FakeContent { Failure = new CatalogueException("the adapter of law: adapter_config.json: what came has the digest 12") };
        await using var host = new HostParts(models, content: content);

        Assert.Contains("what came has the digest", (await Assert.ThrowsAsync<ExpertUnusableException>(() => host.LoadAsync("law"))).Message, StringComparison.Ordinal);
        Assert.Equal(1, host.Unusable.Count);
    }

    [Fact]
    public async Task Load_BaseWhoseFolderIsBad_IsUnusable()
    {
        await using var host = new HostParts(models);
        host.Opener.Failures[SmallModels.Base] = new CatalogueException("base small: weights.bin is missing");

        await Assert.ThrowsAsync<ExpertUnusableException>(() => host.LoadAsync("law"));

        // Its other experts are told for themselves, and the folder isn't read again for each.
        await Assert.ThrowsAsync<ExpertUnusableException>(() => host.LoadAsync("tax"));
        Assert.Single(host.Opener.Opened);
        Assert.Equal(2, host.Unusable.Count);
    }

    [Fact]
    public async Task Unload_WhileARequestRuns_TakesNothingNewAndGivesTheAdapterUpOnce()
    {
        await using var host = new HostParts(models);
        var activation = await host.LoadAsync("law");
        Assert.True(activation.TryEnter());

        host.Loader.Unload(activation);
        host.Loader.Unload(activation);

        Assert.False(activation.TryEnter());
        Assert.Equal(1, activation.Running);
        Assert.Equal(1, activation.Runtime.Engine.Adapters.Counts.Registered);
        activation.Leave();
        Assert.Equal(0, activation.Runtime.Engine.Adapters.Counts.Registered);
        Assert.Single(host.Log.Lines, (2302, $"Expert law of revision {activation.Revision} unloaded"));
    }

    [Fact]
    public async Task Unload_BaseAlone_LeavesTheBase()
    {
        await using var host = new HostParts(models);

        host.Loader.Unload(await host.LoadAsync(SmallModels.Base));

        Assert.Single(host.Bases.Loaded);
    }

    [Fact]
    public async Task Keep_BesideARequestsActivation_OutlivesIt()
    {
        await using var host = new HostParts(models);
        var snapshot = host.Catalogue.Current;
        var kept = await host.Loader.KeepAsync(snapshot.FindExpert("law")!, snapshot);
        var activation = await host.LoadAsync("law");

        host.Loader.Unload(activation);

        Assert.Equal(1, activation.Runtime.Engine.Adapters.Counts.Registered);
        kept.Dispose();
        kept.Dispose();
        Assert.Equal(0, activation.Runtime.Engine.Adapters.Counts.Registered);
    }

    [Fact]
    public async Task Keep_BaseAlone_HoldsNothing()
    {
        await using var host = new HostParts(models);
        var snapshot = host.Catalogue.Current;

        (await host.Loader.KeepAsync(snapshot.FindExpert(SmallModels.Base)!, snapshot)).Dispose();

        Assert.Single(host.Bases.Loaded);
    }

    /// <summary>A folder that counts who opens it at once.</summary>
    private sealed class CountedContent : IPreparedContent
    {
        private readonly FolderContent _folder = new();
        private readonly Lock _lock = new();
        private int _now;

        public int All { get; private set; }

        public int Most { get; private set; }

        public bool Stays => true;

        public async Task<PreparedPlace> OpenAsync(PreparedFolder folder, string what, string below, CancellationToken cancellation)
        {
            lock (_lock)
            {
                All++;
                Most = Math.Max(Most, ++_now);
            }

            for (int i = 0; i < 1000; i++)
            {
                // Long enough for whoever may begin, too.
                await Task.Yield();
            }

            lock (_lock)
            {
                _now--;
            }

            return await _folder.OpenAsync(folder, what, below, cancellation);
        }
    }
}
