using ExpertCluster.Cli.Demo;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Cli.Tests.Demo;

public sealed class DemoShowTests : IDisposable
{
    private static readonly DemoPrompt Prompt = new("one field: law", "Who decides?", "the court");

    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public async Task Run_Answer_IsShownWithItsPlan()
    {
        await RunAsync(_ => [FakeRouter.Says("the court of Lonfunr")], Prompt);

        Assert.Equal(
            """

            # one field: law
            > Who decides?
            [law]the court of Lonfunr
              plan: route at token scope on demo@host-0; gate: law 0.75, finance 0.25
              first token 0.0 ms, 4 tokens, 0 tokens/s

            """,
            _output.ToString());
    }

    [Fact]
    public async Task Run_Prompts_AreAskedOfTheGateGreedily()
    {
        await using var router = await FakeRouter.StartAsync(_ => [FakeRouter.Says("yes")]);

        await DemoShow.On(_output, new ManualTime()).RunAsync(router.Channel, [Prompt, Prompt with { Text = "And then?" }], TestContext.Current.CancellationToken);

        Assert.Equal(["Who decides?", "And then?"], router.Asked.Select(r => r.Messages.Messages_.Single().Content));
        Assert.All(router.Asked, r => Assert.Equal(("auto", 0f), (r.Model, r.Sampling.Temperature)));
    }

    [Fact]
    public async Task Run_PlanWithAReason_TellsIt()
    {
        var chunk = FakeRouter.Says("yes");
        chunk.Plan.Reason = "No host has both";

        await RunAsync(_ => [chunk], Prompt);

        Assert.Contains("on demo@host-0 (no host has both); gate:", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SeveralChunks_MakeOneLine()
    {
        var end = new CompleteChunk { Text = " end", Tokens = { FakeRouter.Token(" end", ("law", 1)) } };

        await RunAsync(_ => [FakeRouter.Says("begin"), end], Prompt);

        Assert.Contains("\n[law]begin end\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnswerOfNothing_HasNoPlanToTell()
    {
        await RunAsync(_ => [], Prompt);

        Assert.DoesNotContain("plan:", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RouterRefuses_IsNotHidden()
    {
        var error = await Assert.ThrowsAsync<RpcException>(
            () => RunAsync(_ => throw new RpcException(new Status(StatusCode.ResourceExhausted, "too many")), Prompt));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    private async Task RunAsync(Func<CompleteRequest, IEnumerable<CompleteChunk>> answer, params DemoPrompt[] prompts)
    {
        await using var router = await FakeRouter.StartAsync(answer);
        await DemoShow.On(_output, new ManualTime()).RunAsync(router.Channel, prompts, TestContext.Current.CancellationToken);
    }
}
