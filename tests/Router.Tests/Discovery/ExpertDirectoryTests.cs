using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Tests.Support;

namespace ExpertCluster.Router.Tests.Discovery;

/// <summary>What is known serves on, whatever the grains do.</summary>
public sealed class ExpertDirectoryTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ScriptedCluster _grains = ScriptedCluster.Start();
    private readonly ExpertDirectory _directory;

    public ExpertDirectoryTests() => _directory = new ExpertDirectory(_grains.Factory);

    [Fact]
    public async Task Resolve_KnownWhileTheGrainsHang_AnswersAtOnce()
    {
        _grains.Replicas = _ => Task.FromResult(Replicas("a", "b"));
        await _directory.ResolveAsync("law", _cancellation);
        _grains.Replicas = _ => new TaskCompletionSource<ExpertReplica[]>().Task;

        var refresh = _directory.RefreshAsync("law", _cancellation);

        Assert.Equal(["a", "b"], (await _directory.ResolveAsync("law", _cancellation)).Select(r => r.Host));
        Assert.False(refresh.IsCompleted);
    }

    [Fact]
    public async Task Resolve_AfterADrop_IsWithoutThatHostUntilTheGrainsAnswer()
    {
        _grains.Replicas = _ => Task.FromResult(Replicas("a", "b"));
        await _directory.ResolveAsync("law", _cancellation);
        var answer = new TaskCompletionSource<ExpertReplica[]>();
        _grains.Replicas = _ => answer.Task;

        _directory.Drop("a", ["law"]);

        Assert.Equal(["b"], (await _directory.ResolveAsync("law", _cancellation)).Select(r => r.Host));
        var refreshed = _directory.RefreshAsync("law", _cancellation);
        answer.SetResult(Replicas("c"));
        Assert.Equal(["c"], (await refreshed).Select(r => r.Host));
        Assert.Equal(["c"], (await _directory.ResolveAsync("law", _cancellation)).Select(r => r.Host));
    }

    [Fact]
    public async Task Resolve_LastReplicaDropped_WaitsForTheGrains()
    {
        _grains.Replicas = _ => Task.FromResult(Replicas("a"));
        await _directory.ResolveAsync("law", _cancellation);
        var answer = new TaskCompletionSource<ExpertReplica[]>();
        _grains.Replicas = _ => answer.Task;
        _directory.Drop("a", ["law"]);

        var resolved = _directory.ResolveAsync("law", _cancellation).AsTask();

        Assert.False(resolved.IsCompleted);
        answer.SetResult(Replicas("b"));
        Assert.Equal(["b"], (await resolved).Select(r => r.Host));
    }

    [Fact]
    public async Task Resolve_ManyAtOnce_ShareOneQuestion()
    {
        var answer = new TaskCompletionSource<ExpertReplica[]>();
        _grains.Replicas = _ => answer.Task;

        var all = Enumerable.Range(0, 50).Select(_ => _directory.ResolveAsync("law", _cancellation).AsTask()).ToList();
        answer.SetResult(Replicas("a"));
        await Task.WhenAll(all);

        Assert.Single(_grains.Asked);
    }

    [Fact]
    public async Task Resolve_AfterAFailure_AsksAgain()
    {
        _grains.Replicas = _ => Task.FromException<ExpertReplica[]>(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => _directory.ResolveAsync("law", _cancellation).AsTask());

        _grains.Replicas = _ => Task.FromResult(Replicas("a"));

        Assert.Equal(["a"], (await _directory.ResolveAsync("law", _cancellation)).Select(r => r.Host));
    }

    private static ExpertReplica[] Replicas(params string[] hosts) => [.. hosts.Select(host => new ExpertReplica { Expert = "law", Host = host })];
}
