using System.Net;
using ExpertCluster.Cli.Running;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class ReadinessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HastyTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Wait_NotReadyAtFirst_AsksAgainUntilItIs()
    {
        var health = new FakeHealth(n => n switch
        {
            0 => throw new HttpRequestException("refused"),
            1 => throw new TaskCanceledException("too slow"),
            2 => HttpStatusCode.ServiceUnavailable,
            _ => HttpStatusCode.OK,
        });
        await using var node = Node(Scripts.Obedient);
        using var readiness = new Readiness(health, "https", _time);

        await readiness.WaitAsync(node, TestContext.Current.CancellationToken);

        Assert.Equal(4, health.Asked.Count);
        Assert.All(health.Asked, address => Assert.Equal("https://127.0.0.1:1/health/ready", address.ToString()));
        Assert.Equal(3, _time.Waits.Count(w => w == TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task Wait_ProcessEnded_SaysWhatItSaid()
    {
        await using var node = Node("echo no bases >&2; exit 2");
        await node.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var readiness = new Readiness(new FakeHealth(_ => HttpStatusCode.ServiceUnavailable), "http", _time);

        var error = await Assert.ThrowsAsync<ClusterStartException>(() => readiness.WaitAsync(node, TestContext.Current.CancellationToken));

        Assert.Equal($"node ended before it was ready: no bases (log: {_folder["node.log"]})", error.Message);
    }

    [Fact]
    public async Task Wait_NeverReady_EndsWhenTimeIsUp()
    {
        await using var node = Node(Scripts.Obedient);
        using var readiness = new Readiness(new FakeHealth(_ => HttpStatusCode.ServiceUnavailable), "http", _time);

        var error = await Assert.ThrowsAsync<ClusterStartException>(() => readiness.WaitAsync(node, TestContext.Current.CancellationToken));

        Assert.Equal($"node was not ready after 120 s (log: {_folder["node.log"]})", error.Message);
    }

    [Fact]
    public async Task Wait_Cancelled_EndsAtOnce()
    {
        using var stop = new CancellationTokenSource();
        await using var node = Node(Scripts.Obedient);
        using var readiness = new Readiness(
            new FakeHealth(_ =>
            {
                stop.Cancel();
                return HttpStatusCode.ServiceUnavailable;
            }),
            "http",
            _time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => readiness.WaitAsync(node, stop.Token));
    }

    private ClusterNode Node(string script) => new(Scripts.Spec(_folder, script), TextWriter.Null, TimeProvider.System);
}
