using System.Net;
using ExpertCluster.Cli.Running;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class RunningClusterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Transcript _errors = new();
    private readonly List<string> _progress = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_RouterAndHosts_RunAndAreTold()
    {
        await using var cluster = await StartAsync(Layout() with { Hosts = 3 });

        Assert.Equal(["router", "host-0", "host-1", "host-2"], cluster.Nodes.Select(n => n.Name));
        Assert.Equal(["host-0 ready", "host-1 ready", "host-2 ready", "router ready"], _progress);
        Assert.All(cluster.Nodes, node => Assert.False(node.Process.HasExited));
        Assert.Equal(4, cluster.Nodes.Select(n => n.HttpPort).Distinct().Count());
        Assert.Equal($"http://127.0.0.1:{cluster.Router.HttpPort}", cluster.HttpAddress);
        Assert.Equal(cluster.Logs, Path.GetDirectoryName(cluster.Router.Process.Log));
    }

    [Fact]
    public async Task Start_PortsNamed_AreTheRouters()
    {
        string router = "echo http $EXPERTCLUSTER__HTTPPORT grpc $EXPERTCLUSTER__GRPCPORT; exec cat";
        RunningCluster cluster;
        await using (cluster = await StartAsync(Layout(router) with { HttpPort = 4711, GrpcPort = 4712 }))
        {
            Assert.Equal(("http://127.0.0.1:4711", "http://127.0.0.1:4712"), (cluster.HttpAddress, cluster.GrpcAddress));
        }

        Assert.Equal("http 4711 grpc 4712\n", await File.ReadAllTextAsync(Path.Combine(cluster.Logs, "router.log"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("echo port is taken >&2; exit 2", Scripts.Obedient, "router ended before it was ready: port is taken (log: ")]
    [InlineData(Scripts.Obedient, "echo no memory; exit 1", "host-0 ended before it was ready: no memory (log: ")]
    public async Task Start_ProcessEnds_SaysSoAndLeavesNothing(string router, string host, string expected)
    {
        string pids = _folder["pids"];
        string Noted(string script) => $"echo $$ >> '{pids}'; {script}";
        var health = new FakeHealth(_ => HttpStatusCode.ServiceUnavailable);
        if (host == Scripts.Obedient)
        {
            // Hosts are asked first.
            health = new FakeHealth(n => n == 0 ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable);
        }

        var error = await Assert.ThrowsAsync<ClusterStartException>(() => StartAsync(Layout(Noted(router), Noted(host)), health));

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.All(await File.ReadAllLinesAsync(pids, TestContext.Current.CancellationToken), pid => Assert.False(Scripts.Exists(int.Parse(pid, provider: null)), pid));
    }

    [Fact]
    public async Task Start_NoSuchProgram_SaysSoAndLeavesNothing()
    {
        var layout = Layout($"echo $$ > '{_folder["pid"]}'; exec cat") with { HostProgram = [_folder["nothing"]] };

        var error = await Assert.ThrowsAsync<ClusterStartException>(() => StartAsync(layout));

        Assert.StartsWith("host-0: ", error.Message, StringComparison.Ordinal);
        if (File.Exists(_folder["pid"]) && int.TryParse(await File.ReadAllTextAsync(_folder["pid"], TestContext.Current.CancellationToken), out int pid))
        {
            Assert.False(Scripts.Exists(pid));
        }
    }

    [Fact]
    public async Task Dispose_ObedientProcesses_EndsThemInOrder()
    {
        string order = _folder["order"];
        string Script(string name) => $"trap 'echo {name} >> {order}; exit 0' TERM; echo up; read x";
        var cluster = await StartAsync(Layout(Script("router"), Script("host")) with { Hosts = 2 });
        await UpAsync(cluster);

        await cluster.DisposeAsync();

        Assert.Equal(["router", "host", "host"], await File.ReadAllLinesAsync(order, TestContext.Current.CancellationToken));
        Assert.Equal("", _errors.ToString());
    }

    [Fact]
    public async Task Dispose_DeafProcesses_KillsThemWhenTimeIsUp()
    {
        var time = new HastyTime();
        var cluster = await StartAsync(Layout(Scripts.Deaf, Scripts.Deaf), time: time);
        int[] processes = [.. cluster.Nodes.Select(n => n.Process.Id)];
        await UpAsync(cluster);

        await cluster.DisposeAsync();

        Assert.All(processes, id => Assert.False(Scripts.Exists(id)));
        Assert.Equal(["not all of router, host-0 ended in time; they are killed"], _errors.Lines);
        Assert.Equal([4, 1.5], time.Waits.Select(w => w.TotalSeconds));
    }

    [Fact]
    public async Task OpenChannel_Call_ReachesTheRoutersPort()
    {
        await using var router = await FakeRouter.StartAsync(_ => [FakeRouter.Says("hello")]);
        await using var cluster = await StartAsync(Layout() with { GrpcPort = router.Port });
        using var channel = cluster.OpenChannel();

        using var call = new V1.Completions.CompletionsClient(channel).Complete(new V1.CompleteRequest(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal("hello", call.ResponseStream.Current.Text);
    }

    /// <summary>Until each has set its trap.</summary>
    private static async Task UpAsync(RunningCluster cluster)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (cluster.Nodes.Any(n => !File.Exists(n.Process.Log) || new FileInfo(n.Process.Log).Length == 0))
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private ClusterLayout Layout(string router = Scripts.Obedient, string host = Scripts.Obedient) => Scripts.Layout(_folder, _errors, router, host);

    private Task<RunningCluster> StartAsync(ClusterLayout layout, FakeHealth? health = null, TimeProvider? time = null) =>
        RunningCluster.StartAsync(layout, _progress.Add, time ?? TimeProvider.System, TestContext.Current.CancellationToken, health ?? FakeHealth.Good());
}
