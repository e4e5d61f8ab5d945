using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.Router.Versions;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Tests.Apis.Admin;

public sealed class ExpertWatchTests : IDisposable
{
    private readonly AdminCluster _cluster = new(("law", "demo"), ("tax", "demo"));
    private readonly ExpertWatch _watch;

    public ExpertWatchTests() => _watch = new ExpertWatch(_cluster.Overview, _cluster.Time);

    public void Dispose() => _cluster.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Run_AllFirst_ThenWhatChangesAtMostOnceASecond()
    {
        await using var messages = _watch.RunAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
        Assert.True(await messages.MoveNextAsync());
        Assert.Equal(["law", "tax"], messages.Current.Experts.Select(e => e.Name));

        var next = messages.MoveNextAsync().AsTask();
        await _cluster.ReportAsync(_cluster.Host("a", "law"));
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(next.IsCompleted);
        await _cluster.ReportAsync(_cluster.Host("a", "law", "tax"));
        await NextSecondAsync(next);

        Assert.Equal([ExpertState.Ready, ExpertState.Ready], messages.Current.Experts.Select(e => e.State));
        next = messages.MoveNextAsync().AsTask();
        _cluster.Catalogue.Swap(Catalogues.SnapshotOf(2, ("tax", "demo")));
        await NextSecondAsync(next);
        Assert.Equal(["law"], messages.Current.Removed);
        Assert.Empty(messages.Current.Experts);
    }

    /// <summary>Else every request would be news to every watcher.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Run_VersionsAreAsked_TheirFiguresAreNoNews()
    {
        using var cluster = new AdminCluster(Catalogues.SnapshotOf(1, e => e with { Canary = Catalogues.Version("law2", 5) }, ("law", "demo")));
        var law = cluster.Catalogue.Current.FindExpert("law")!;
        await using var messages = new ExpertWatch(cluster.Overview, cluster.Time).RunAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
        await messages.MoveNextAsync();
        Assert.Equal(["stable", "canary"], messages.Current.Experts.Single().Versions.Select(v => v.Version));
        var next = messages.MoveNextAsync().AsTask();

        cluster.Versions.CountsOf(new PlannedExpert("law", 1, law.Revision))!.End(new VersionOutcome(VersionEnd.Complete, TimeSpan.Zero, 1, TimeSpan.Zero));
        cluster.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(next.IsCompleted);

        cluster.Catalogue.Swap(Catalogues.SnapshotOf(2, e => e with { Canary = Catalogues.Version("law2", 50) }, ("law", "demo")));
        while (!next.IsCompleted)
        {
            cluster.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal([50, 50], messages.Current.Experts.Single().Versions.Select(v => v.Percent));
    }

    [Fact(Timeout = 60_000)]
    public async Task Run_NothingChanges_SaysNothingAndEndsWhenCancelled()
    {
        using var leave = new CancellationTokenSource();
        await using var messages = _watch.RunAsync(leave.Token).GetAsyncEnumerator(CancellationToken.None);
        await messages.MoveNextAsync();
        var next = messages.MoveNextAsync().AsTask();

        _cluster.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(next.IsCompleted);

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact(Timeout = 60_000)]
    public async Task Run_AsManyAsMayWatch_OneMoreIsRefusedUntilOneLeaves()
    {
        var watchers = Enumerable.Range(0, ExpertWatch.MostWatchers).Select(_ => _watch.RunAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator()).ToList();
        foreach (var watcher in watchers)
        {
            Assert.True(await watcher.MoveNextAsync());
        }

        var failure = (await Assert.ThrowsAsync<RequestFailedException>(FirstAsync)).Failure;
        Assert.Equal(FailureKind.Overloaded, failure.Kind);
        await Assert.ThrowsAsync<RequestFailedException>(FirstAsync);

        await watchers[0].DisposeAsync();
        await FirstAsync();
        foreach (var watcher in watchers.Skip(1))
        {
            await watcher.DisposeAsync();
        }
    }

    private async Task FirstAsync()
    {
        await using var watcher = _watch.RunAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
        Assert.True(await watcher.MoveNextAsync());
    }

    /// <summary>The clock is moved on until the pause that the watcher began at some moment is over.</summary>
    private async Task NextSecondAsync(Task next)
    {
        while (!next.IsCompleted)
        {
            _cluster.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await next;
    }
}
