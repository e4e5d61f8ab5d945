using ExpertCluster.Cli.Tests.Support;

namespace ExpertCluster.Cli.Tests.Commands;

public sealed class UpCommandTests
{
    [Fact]
    public async Task Up_Serving_PrintsOneLineAndEndsWithZeroWhenStopped()
    {
        using var clusters = new FakeClusters(grpcPort: 4712);
        var run = new CommandRun(clusters, "up", "--http", "4711", "--hosts", "1");
        await run.Output.SaysAsync("\n");
        int[] processes = [.. clusters.Cluster!.Nodes.Select(n => n.Process.Id)];

        await run.StopAsync();

        Assert.Equal(0, await run.Code);
        Assert.Equal("ready http=http://127.0.0.1:4711 grpc=http://127.0.0.1:4712\n", run.Output.ToString());
        Assert.All(processes, id => Assert.False(Scripts.Exists(id)));
    }

    [Fact]
    public async Task Up_Progress_GoesToStandardError()
    {
        using var clusters = new FakeClusters();
        var run = new CommandRun(clusters, "up", "--http", "0", "--grpc", "0", "--hosts", "1");
        await run.Output.SaysAsync("ready");
        await run.StopAsync();
        await run.Code;

        Assert.Equal(
            ["preparing", "starting a router and 1 host", "host-0 ready", "router ready"],
            run.Errors.Lines.Select(line => line[(line.IndexOf(']', StringComparison.Ordinal) + 2)..]));
    }

    [Fact]
    public async Task Up_RouterThatCannotRun_EndsWithTwo()
    {
        using var clusters = new FakeClusters(router: "echo port is taken >&2; exit 2");
        var run = new CommandRun(clusters, "up", "--http", "0", "--grpc", "0");

        Assert.Equal(2, await run.Code);
        Assert.Contains("router can't run: port is taken", run.Errors.Lines[^1], StringComparison.Ordinal);
    }
}
