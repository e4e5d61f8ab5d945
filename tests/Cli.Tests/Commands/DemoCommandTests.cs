using ExpertCluster.Cli.Demo;
using ExpertCluster.Cli.Tests.Support;
using Grpc.Core;

namespace ExpertCluster.Cli.Tests.Commands;

public sealed class DemoCommandTests
{
    [Fact]
    public async Task Demo_Once_AsksEachPromptAndStops()
    {
        await using var router = await FakeRouter.StartAsync(_ => [FakeRouter.Says("an answer")]);
        using var clusters = new FakeClusters(router.Port);

        var run = new CommandRun(clusters, "demo", "--once", "--http", "0");

        Assert.Equal(0, await run.Code);
        Assert.Equal(DemoPrompt.Choose().Select(p => p.Text), router.Asked.Select(r => r.Messages.Messages_.Single().Content));
        Assert.Equal(5, run.Output.Lines.Count(line => line == "[law]an answer"));
        Assert.DoesNotContain("Ctrl-C", run.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_WithoutOnce_TellsTheAddressesAndKeepsRunning()
    {
        await using var router = await FakeRouter.StartAsync(_ => [FakeRouter.Says("an answer")]);
        using var clusters = new FakeClusters(router.Port);
        var run = new CommandRun(clusters, "demo", "--http", "0", "--hosts", "1");

        await run.Output.SaysAsync("Ctrl-C stops everything.");

        Assert.False(run.Code.IsCompleted);
        string http = clusters.Cluster!.HttpAddress;
        Assert.Contains($"curl -N {http}/v1/chat/completions -H 'content-type: application/json' -d '{{\"model\":\"auto\",", run.Output.ToString(), StringComparison.Ordinal);
        Assert.Contains($"gRPC (expertcluster.v1, reflection): http://127.0.0.1:{router.Port}", run.Output.ToString(), StringComparison.Ordinal);
        await run.StopAsync();
        Assert.Equal(0, await run.Code);
    }

    [Fact]
    public async Task Demo_StoppedInTheMiddleOfAnAnswer_EndsWithZeroAndNoStack()
    {
        using var release = new ManualResetEventSlim();
        await using var router = await FakeRouter.StartAsync(_ => Endless(release));
        using var clusters = new FakeClusters(router.Port);
        var run = new CommandRun(clusters, "demo", "--http", "0");
        await run.Output.SaysAsync("[law]begin");

        await run.StopAsync();

        Assert.Equal(0, await run.Code);
        Assert.DoesNotContain("   at ", run.Errors.ToString(), StringComparison.Ordinal);
        release.Set();

        static IEnumerable<V1.CompleteChunk> Endless(ManualResetEventSlim release)
        {
            yield return FakeRouter.Says("begin");
            release.Wait(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Demo_RouterRefuses_IsOneSentence()
    {
        await using var router = await FakeRouter.StartAsync(_ => throw new RpcException(new Status(StatusCode.Unavailable, "no host is there")));
        using var clusters = new FakeClusters(router.Port);

        var run = new CommandRun(clusters, "demo", "--once", "--http", "0");

        Assert.Equal(2, await run.Code);
        Assert.Equal("the cluster did not answer: Unavailable, no host is there", run.Errors.Lines[^1]);
    }
}
