using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class AdapterFilesTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly SmallModels _models;
    private readonly FakeContent _content = new();
    private readonly AdapterFiles _files;

    public AdapterFilesTests(SmallModels models) => (_models, _files) = (models, new AdapterFiles(_content));

    [Fact]
    public async Task Hold_ManyAtOnce_IsOneAskGivenBackWithTheLast()
    {
        var opening = new TaskCompletionSource();
        _content.Until = opening.Task;
        var holds = Enumerable.Range(0, 20).Select(_ => HoldAsync()).ToList();
        opening.SetResult();
        var places = await Task.WhenAll(holds);

        Assert.Equal((1, 1), (_content.Opened, _content.Held));
        foreach (var place in places[1..])
        {
            place.Dispose();
            place.Dispose();
        }

        Assert.Equal(1, _content.Held);
        places[0].Dispose();
        Assert.Equal(0, _content.Held);
    }

    [Fact]
    public async Task Hold_Fails_IsAskedAnew()
    {
        _content.Failure = new ContentException("away");
        await Assert.ThrowsAsync<ContentException>(HoldAsync);
        _content.Failure = null;

        (await HoldAsync()).Dispose();

        Assert.Equal((2, 0), (_content.Opened, _content.Held));
    }

    [Fact]
    public async Task Hold_OneOfTwoStopsWaiting_TheOtherGetsIt()
    {
        var opening = new TaskCompletionSource();
        _content.Until = opening.Task;
        using var stop = new CancellationTokenSource();
        var one = _files.HoldAsync(_models.Law, "the adapter of law", stop.Token);
        var other = HoldAsync();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        opening.SetResult();

        Assert.Equal(_models.Law.Location, (await other).Path);
        (await other).Dispose();
        Assert.Equal((1, 0), (_content.Opened, _content.Held));
    }

    [Fact]
    public async Task Hold_NobodyWaitsAnyMore_IsGivenBackWhenItComes()
    {
        var opening = new TaskCompletionSource();
        _content.Until = opening.Task;
        using var stop = new CancellationTokenSource();
        var hold = _files.HoldAsync(_models.Law, "the adapter of law", stop.Token);
        while (_content.Opened == 0)
        {
            await Task.Yield();
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hold);
        opening.SetResult();
        while (_content.Held > 0)
        {
            await Task.Yield();
        }

        (await HoldAsync()).Dispose();
        Assert.Equal((2, 0), (_content.Opened, _content.Held));
    }

    [Fact]
    public async Task Read_WhatIsHeld_AsksNobody()
    {
        using var place = await HoldAsync();

        Assert.Equal(_models.Law.Location, _files.Read(_models.Law, "the adapter of law", path => path));

        Assert.Equal((1, 1), (_content.Opened, _content.Held));
    }

    [Fact]
    public void Read_WhatNobodyHolds_IsAskedForAndGivenBack()
    {
        Assert.Equal(_models.Tax.Location, _files.Read(_models.Tax, "the adapter of tax", path => path));

        Assert.Equal((1, 0), (_content.Opened, _content.Held));
    }

    private Task<PreparedPlace> HoldAsync() => _files.HoldAsync(_models.Law, "the adapter of law", _cancellation);
}
