using ExpertCluster.Cli.Evaluation;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Cli.Tests.Evaluation;

public sealed class EvaluatorTests
{
    private static readonly Strategy Ask = Strategy.All("general", ["a", "b", "c"])[0];

    [Fact]
    public async Task Run_Answers_AreComparedToTheLetter()
    {
        var score = await RunAsync(Says, new EvalCase("yes", "yes", ["a"]), new EvalCase("yes", "Yes", ["a"]), new EvalCase(" padded ", "padded", ["a"]));

        Assert.Equal(new Score(3, 2.0 / 3, null, null), score);
    }

    [Fact]
    public async Task Run_CompoundCases_AreComparedByHalves()
    {
        string[] halves = ["one", "two"];

        var score = await RunAsync(
            Says,
            new EvalCase("one two", "one two", ["a", "b"], halves),
            new EvalCase("one and", "one two", ["a", "b"], halves),
            new EvalCase("no two", "one two", ["a", "b"], halves),
            new EvalCase("one, two", "one two", ["a", "b"], halves));

        Assert.Equal(new Score(4, 0.25, 0.75, 0.75), score);
    }

    [Fact]
    public async Task Run_AnswerInChunks_IsPutTogether()
    {
        var score = await RunAsync(_ => [new CompleteChunk { Text = "o" }, new CompleteChunk { Text = "ne" }], new EvalCase("?", "one", ["a"]));

        Assert.Equal(1, score.Exact);
    }

    [Fact]
    public async Task Run_NoCases_IsNothing() => Assert.Equal(new Score(0, 0, null, null), await RunAsync(Says));

    [Fact]
    public async Task Run_RouterFails_EndsTheEvaluation()
    {
        var error = await Assert.ThrowsAsync<RpcException>(
            () => RunAsync(_ => throw new RpcException(new Status(StatusCode.Unimplemented, "no base")), new EvalCase("?", "!", ["a"])));

        Assert.Equal("no base", error.Status.Detail);
    }

    private static CompleteChunk[] Says(CompleteRequest request) => [new CompleteChunk { Text = request.Messages.Messages_.Single().Content }];

    private static async Task<Score> RunAsync(Func<CompleteRequest, IEnumerable<CompleteChunk>> answer, params EvalCase[] cases)
    {
        await using var router = await FakeRouter.StartAsync(answer);
        return await new Evaluator(router.Channel).RunAsync(Ask, cases, TestContext.Current.CancellationToken);
    }
}
