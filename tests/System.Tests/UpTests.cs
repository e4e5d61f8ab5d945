using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ExpertCluster.Node.Exit;
using ExpertCluster.SystemTests.Support;

namespace ExpertCluster.SystemTests;

/// <summary>`up` as it is used: it keeps its processes running, stops when told to, and says in one sentence what it can't do.</summary>
public sealed class UpTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task Up_RouterKilled_StartsItAgainAndItServes()
    {
        await using var cluster = await TestCluster.StartAsync("--hosts", "1");
        var before = cluster.Router();

        TestCluster.Kill(before);
        await Gauges.UntilAsync(() => Task.FromResult(cluster.Nodes().Any(n => n.Name == "router" && n.Id != before.Id)));
        await Gauges.UntilAsync(() => IsReadyAsync(cluster));

        Assert.NotEmpty((await cluster.Client.AskAsync(Requests.Chat("law", "Who decides?", 8))).Text);
    }

    /// <summary>Whatever happened to its processes, and whatever they do.</summary>
    [Theory(Timeout = 180_000)]
    [InlineData("streams run")]
    [InlineData("the router is killed")]
    [InlineData("a host is killed")]
    [InlineData("a host is frozen")]
    [InlineData("the router is frozen")]
    public async Task Up_SigTerm_StopsEverythingSoon(string what)
    {
        await using var cluster = await TestCluster.StartAsync("--hosts", "2");
        using var call = cluster.Client.Complete(Requests.Endless(seed: 1), cancellationToken: _cancellation);
        Assert.True(await call.ResponseStream.MoveNext(_cancellation));
        var nodes = cluster.Nodes();
        switch (what)
        {
            case "the router is killed":
                TestCluster.Kill(cluster.Router());
                break;
            case "a host is killed":
                TestCluster.Kill(nodes.First(n => n.Name == "host-1"));
                break;
            case "a host is frozen":
                TestCluster.Freeze(nodes.First(n => n.Name == "host-0"));
                break;
            case "the router is frozen":
                TestCluster.Freeze(cluster.Router());
                break;
        }

        long start = TimeProvider.System.GetTimestamp();
        var (exitCode, _) = await cluster.TerminateAsync();

        TestContext.Current.TestOutputHelper!.WriteLine($"{what}: stopped after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s");
        Assert.Equal(0, exitCode);
        Assert.All(nodes, node => Assert.False(NodeProcess.Exists(node), $"{node.Name} still runs"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Up_PortIsTaken_SaysSoAndLeavesNothingRunning()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var run = await ProgramRun.ToEndAsync("Cli", [], "up", "--hosts", "1", "--grpc", "0", "--http", port);

        Assert.Equal((NodeExitCodes.Refused, ""), (run.Code, run.Output));
        string line = run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.Contains(":" + port, line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("up", "--http", "abc")]
    [InlineData("up", "--hosts", "0")]
    [InlineData("up", "--hosts", "2.5")]
    [InlineData("demo", "--grpc", "70000")]
    [InlineData("up", "--grpc", "99999999999999999999")]
    [InlineData("up", "--config", "/nowhere/experts.yaml")]
    [InlineData("up", "--tls", "/nowhere")]
    [InlineData("eval", "--limit", "-1")]
    [InlineData("eval", "--limit", "all")]
    public async Task Start_WrongArgument_NamesItAndEndsWithTwo(string command, string option, string value)
    {
        var run = await ProgramRun.ToEndAsync("Cli", [], command, option, value);

        Assert.Equal(NodeExitCodes.Refused, run.Code);
        Assert.Contains(value, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    private static async Task<bool> IsReadyAsync(TestCluster cluster)
    {
        try
        {
            using var answer = await cluster.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
