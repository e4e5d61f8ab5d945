using ExpertCluster.Cli.Running;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class SupervisionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Transcript _errors = new();
    private readonly HastyTime _time = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_Stopped_IsZeroAndNothingWasStarted()
    {
        await using var cluster = await StartAsync();
        int[] before = Ids(cluster);
        var running = new Supervision(cluster, _errors, _time).RunAsync(_stop.Token);

        await _stop.CancelAsync();

        Assert.Equal(0, await running);
        Assert.Equal(before, Ids(cluster));
    }

    [Theory]
    [InlineData(0, "router")]
    [InlineData(1, "host-0")]
    public async Task Run_ProcessEnds_IsStartedAgain(int index, string name)
    {
        await using var cluster = await StartAsync();
        var node = cluster.Nodes[index];
        var before = node.Process;
        var running = new Supervision(cluster, _errors, _time).RunAsync(_stop.Token);

        before.Terminate();
        await _errors.SaysAsync($"{name} ended with code ");
        await UntilAsync(() => node.Process != before);

        Assert.False(node.Process.HasExited);
        Assert.EndsWith($"(log: {node.Process.Log}); it is started again", Assert.Single(_errors.Lines), StringComparison.Ordinal);
        await _stop.CancelAsync();
        Assert.Equal(0, await running);
    }

    [Fact]
    public async Task Run_ProcessThatEndsAtOnce_IsStartedEverMoreSeldom()
    {
        await using var cluster = await StartAsync(host: "exit 1");
        var running = new Supervision(cluster, _errors, _time).RunAsync(_stop.Token);

        await _errors.SaysAsync("host-0 ended with code 1", times: 10);
        await _stop.CancelAsync();

        Assert.Equal(0, await running);
        Assert.Equal([0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30], _time.Waits.Select(w => w.TotalSeconds).Take(9));
    }

    [Fact]
    public async Task Run_ProcessThatLivedLongEnough_IsStartedAgainSoon()
    {
        await using var cluster = await StartAsync();
        var before = cluster.Hosts[0].Process;
        var running = new Supervision(cluster, _errors, _time).RunAsync(_stop.Token);

        _time.Advance(TimeSpan.FromSeconds(10));
        before.Terminate();
        await UntilAsync(() => cluster.Hosts[0].Process != before);

        Assert.Equal([TimeSpan.FromSeconds(0.2)], _time.Waits);
        await _stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Run_HostThatCannotRun_IsToldAndTheRestGoesOn()
    {
        await using var cluster = await StartAsync(host: "echo no such base >&2; exit 2");
        var running = new Supervision(cluster, _errors, _time).RunAsync(_stop.Token);

        await _errors.SaysAsync("host-0 can't run: no such base (log: ");

        Assert.False(running.IsCompleted);
        Assert.Empty(_time.Waits);
        await _stop.CancelAsync();
        Assert.Equal(0, await running);
    }

    [Fact]
    public async Task Run_RouterThatCannotRun_EndsAll()
    {
        var cluster = await StartAsync(router: "echo port is taken >&2; exit 2");

        int code = await new Supervision(cluster, _errors, _time).RunAsync(_stop.Token);
        var host = cluster.Hosts[0].Process;
        await cluster.DisposeAsync();

        // Nobody starts the host again that ends now.
        Assert.Equal((2, host), (code, cluster.Hosts[0].Process));
        Assert.Empty(_time.Waits);
        Assert.Contains("router can't run: port is taken", Assert.Single(_errors.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ProgramGoneForAWhile_IsTriedAgain()
    {
        string program = _folder["host.sh"];
        await File.WriteAllTextAsync(program, "#!/bin/sh\nexec cat\n", _stop.Token);
        await Tool.RunAsync("chmod", ["+x", program], cancellationToken: _stop.Token);
        var layout = Scripts.Layout(_folder, _errors) with { HostProgram = [program] };
        await using var cluster = await RunningCluster.StartAsync(layout, _ => { }, TimeProvider.System, _stop.Token, FakeHealth.Good());
        var before = cluster.Hosts[0].Process;
        var running = new Supervision(cluster, _errors, _time).RunAsync(_stop.Token);

        File.Move(program, _folder["away"]);
        before.Terminate();
        await _errors.SaysAsync($"host-0: {program} can't be started: ");
        File.Move(_folder["away"], program);
        await UntilAsync(() => cluster.Hosts[0].Process != before);

        Assert.False(cluster.Hosts[0].Process.HasExited);
        await _stop.CancelAsync();
        Assert.Equal(0, await running);
    }

    private static int[] Ids(RunningCluster cluster) => [.. cluster.Nodes.Select(n => n.Process.Id)];

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!holds())
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private Task<RunningCluster> StartAsync(string router = Scripts.Obedient, string host = Scripts.Obedient) =>
        RunningCluster.StartAsync(Scripts.Layout(_folder, _errors, router, host), _ => { }, TimeProvider.System, _stop.Token, FakeHealth.Good());
}
