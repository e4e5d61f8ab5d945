using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class ActivationRegistryTests(SmallModels models) : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly HostParts _host = new(models);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Get_ColdExpertAskedByManyAtOnce_IsMadeReadyOnce()
    {
        var opening = new TaskCompletionSource();
        _host.Opener.Until = opening.Task;

        var asked = Enumerable.Range(0, 200).Select(i => _host.Activations.GetAsync("law", i % 2 == 0 ? "" : RevisionOf("law"), _cancellation).AsTask()).ToArray();
        Assert.Empty(_host.Activations.All);
        opening.SetResult();
        var answers = await Task.WhenAll(asked);

        Assert.Single(answers.Distinct());
        Assert.Single(_host.Opener.Opened);
        Assert.Equal(1, answers[0].Runtime.Engine.Adapters.Counts.Registered);
        Assert.Same(answers[0], _host.Activations.Find("law", RevisionOf("law")));
    }

    [Fact]
    public async Task Get_WhatNoRecentCatalogueHas_IsUnknown()
    {
        await Assert.ThrowsAsync<KeyNotFoundException>(() => _host.LoadAsync("poems"));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => _host.Activations.GetAsync("law", "0123", _cancellation).AsTask());
        Assert.Empty(_host.Activations.All);
    }

    [Fact]
    public async Task Get_CallerThatLeaves_LeavesTheOthersTheirs()
    {
        var opening = new TaskCompletionSource();
        _host.Opener.Until = opening.Task;
        using var leaving = new CancellationTokenSource();
        var left = _host.Activations.GetAsync("law", "", leaving.Token).AsTask();
        var stays = _host.LoadAsync("law");

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        opening.SetResult();
        Assert.Equal("law", (await stays).Expert);
    }

    [Fact]
    public async Task Get_AfterAFailure_TriesAgain()
    {
        _host.Opener.Failures[SmallModels.Base] = new IOException("no memory");
        await Assert.ThrowsAsync<ExpertBusyException>(() => _host.LoadAsync("law"));
        Assert.Empty(_host.Activations.All);
        _host.Opener.Failures.Clear();

        Assert.Equal("law", (await _host.LoadAsync("law")).Expert);
    }

    [Fact]
    public async Task Catalogue_NewContentUnderAName_IsAnotherActivationAndTheOldOneStays()
    {
        var old = await _host.LoadAsync("law");

        _host.Catalogue.Swap(models.Version(2, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Tax)));
        var current = await _host.LoadAsync("law");

        Assert.NotEqual(old.Revision, current.Revision);
        Assert.Same(old, await _host.Activations.GetAsync("law", old.Revision, _cancellation));
        Assert.True(old.TryEnter() && current.TryEnter());
        Assert.NotEqual(old.Adapter!.Digest, current.Adapter!.Digest);
    }

    [Fact]
    public async Task Catalogue_NoLongerHasTheName_ItGoesAtOnceAndWhatRunsEnds()
    {
        var law = await _host.LoadAsync("law");
        var tax = await _host.LoadAsync("tax");
        Assert.True(law.TryEnter());

        _host.Catalogue.Swap(models.Version(2, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("tax", models.Tax)));

        Assert.Null(_host.Activations.Find("law", law.Revision));
        Assert.False(law.TryEnter());
        Assert.Equal(1, law.Running);
        Assert.Equal([tax], _host.Activations.All);
        law.Leave();
        Assert.Equal(1, tax.Runtime.Engine.Adapters.Counts.Registered);
    }

    [Fact]
    public async Task Get_Versions_AreActivationsOfTheirOwn()
    {
        SwapVersions(2);
        var law = _host.Catalogue.Current.FindExpert("law")!;

        var stable = await _host.LoadAsync("law");
        var canary = await _host.Activations.GetAsync("law", law.Canary!.Revision, _cancellation);

        Assert.Equal((law.Revision, law.Canary.Revision), (stable.Revision, canary.Revision));
        Assert.NotEqual(stable.Adapter!.Digest, canary.Adapter!.Digest);
        Assert.Same(stable.Runtime, canary.Runtime);
    }

    [Fact]
    public async Task Catalogue_CanaryIsPromoted_ItsActivationStays()
    {
        SwapVersions(2);
        var canary = await _host.Activations.GetAsync("law", _host.Catalogue.Current.FindExpert("law")!.Canary!.Revision, _cancellation);

        _host.Catalogue.Swap(models.Version(3, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Tax)));

        Assert.Same(canary, await _host.LoadAsync("law"));
        Assert.True(canary.TryEnter());
    }

    [Fact]
    public async Task Catalogue_CanaryIsTakenAway_ItGoesWithTheLastSnapshotThatNamedIt()
    {
        SwapVersions(2);
        string revision = _host.Catalogue.Current.FindExpert("law")!.Canary!.Revision;
        var canary = await _host.Activations.GetAsync("law", revision, _cancellation);
        int version = 3;
        for (; version < 2 + CatalogueHistory.Kept; version++)
        {
            _host.Catalogue.Swap(models.Version(version, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Law)));
        }

        Assert.Same(canary, _host.Activations.Find("law", revision));

        _host.Catalogue.Swap(models.Version(version, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Law)));
        Assert.Null(_host.Activations.Find("law", revision));
    }

    /// <summary>Else a catalogue that changes every day would fill the memory in a year.</summary>
    [Fact]
    public async Task Catalogue_ChangesAgainAndAgain_KeepsOnlyRecentRevisions()
    {
        var contents = new[] { models.Law, models.Tax };
        var first = await _host.LoadAsync("law");
        for (int version = 2; version <= 40; version++)
        {
            string name = $"e{version}";
            _host.Catalogue.Swap(models.Version(version, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Tax), SmallModels.Expert(name, contents[version % 2])));
            await _host.LoadAsync(name);
        }

        Assert.Null(_host.Activations.Find("law", first.Revision));
        Assert.Equal("e40", Assert.Single(_host.Activations.All).Expert);
    }

    [Fact]
    public async Task Fail_ActivationWhoseFilesWent_IsRefusedForAWhileAndReadAnewAfterIt()
    {
        var law = await _host.LoadAsync("law");

        string reason = _host.Activations.Fail(law, new FileNotFoundException("/srv/secret/adapter.safetensors is not there"));

        Assert.Equal("expert law can't be loaded: its files on this host are not what they were when it was first read", reason);
        Assert.Equal(reason, (await Assert.ThrowsAsync<ExpertUnusableException>(() => _host.LoadAsync("law"))).Message);
        Assert.Equal(("law", law.Revision, reason), Assert.Single(_host.Unusable.Current));
        _host.Activations.Fail(law, new FileNotFoundException("twice, by two requests"));
        _host.Time.Advance(UnusableExperts.RefusalTime);
        Assert.NotSame(law, await _host.LoadAsync("law"));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>Law, whose canary is tax.</summary>
    private void SwapVersions(long version) => _host.Catalogue.Swap(models.Version(
        version,
        SmallModels.Alone(SmallModels.Base),
        SmallModels.Expert("law", models.Law) with { Canary = new PreparedVersion { Adapter = models.Tax } }));

    private string RevisionOf(string expert) => _host.Catalogue.Current.FindExpert(expert)!.Revision;
}
