using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

public sealed class GateTests
{
    [Fact]
    public async Task Gate_PromptAndOutput_IsAskedForEveryRowWithItsWindow()
    {
        var scorer = new ModuloScorer(window: 3, classes: 2);
        await using var engine = Start(new HashRunner());
        var gate = new ClassGate(scorer, [null, null]);

        var tokens = await engine.Generate(Request([7, 8, 9, 10], 2, new Branch { Gate = gate })).ReadAsync();

        Assert.Equal(["-1,-1,7", "-1,7,8", "7,8,9", "8,9,10", $"9,10,{tokens[0].Id}"], scorer.Windows);
    }

    [Fact]
    public async Task Gate_ChoosesPerToken_RowsCarryItAndTokensNameIt()
    {
        var runner = new HashRunner();
        List<int> carried = [];
        runner.OnRun = batch =>
        {
            for (int row = 0; row < batch.RowCount; row++)
            {
                carried.Add(batch.AdapterIndex[row * batch.AdaptersPerRow]);
            }
        };
        await using var engine = Start(runner);
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
        var code = await engine.Adapters.RegisterAsync("code", Weights("code"));
        EngineAdapter?[] classes = [law, code, null];
        var gate = new ClassGate(new ModuloScorer(4, 3), classes);

        var tokens = await engine.Generate(Request([3, 4, 5], 6, new Branch { Gate = gate })).ReadAsync();

        int[] inputs = [3, 4, 5, .. tokens.Ids().SkipLast(1)];
        Assert.Equal(inputs.Select(id => classes[id % 3]?.Index ?? -1), carried);
        var givers = new[] { 5 }.Concat(tokens.Ids().SkipLast(1)).Select(id => classes[id % 3]);
        Assert.Equal(givers, tokens.Select(token => Assert.Single(token.Experts).Adapter));
        Assert.True(carried.Distinct().Count() == 3, "every class must occur for this to mean anything");
    }

    [Fact]
    public async Task Gates_OfOneScorer_AreScoredInOneBatchAStep()
    {
        var runner = new HashRunner().Stepwise();
        var scorer = new ModuloScorer(2, 2);
        await using var engine = Start(runner);
        var first = engine.Generate(Request([1], 4, new Branch { Gate = new ClassGate(scorer, [null, null]) })).ReadAsync();
        await runner.EnteredAsync();
        var second = engine.Generate(Request([2, 3], 3, new Branch { Gate = new ClassGate(scorer, [null, null]) })).ReadAsync();
        runner.RunFreely();

        await Task.WhenAll(first, second);

        Assert.Equal([1, 3, 2, 2], scorer.Batches);
    }

    [Fact]
    public async Task Gate_AmongOthers_GivesTheSameTokensAsAlone()
    {
        await using var engine = Start(new HashRunner(slots: 8));
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
        var scorer = new ModuloScorer(4, 2);
        var requests = Enumerable.Range(0, 8).Select(i =>
            Request([.. Enumerable.Range(i, 1 + i)], 6, new Branch { Gate = new ClassGate(scorer, [law, null]) })).ToList();
        List<int[]> alone = [];
        foreach (var request in requests)
        {
            alone.Add((await engine.Generate(request).ReadAsync()).Ids());
        }

        var together = await Task.WhenAll(requests.Select(request => engine.Generate(request)).ToList().Select(stream => stream.ReadAsync()));

        Assert.Equal(alone, together.Select(tokens => tokens.Ids()));
    }

    [Fact]
    public async Task Scorer_Throws_FailsItsSequencesAlone()
    {
        var runner = new HashRunner().Stepwise();
        await using var engine = Start(runner);
        var other = engine.Generate(Request([1], maxTokens: 12));
        await runner.EnteredAsync();
        var broken = new ModuloScorer(2, 2) { Fails = true };
        var gated = engine.Generate(Request([2], 4, new Branch { Gate = new ClassGate(broken, [null, null]) }));
        runner.RunFreely();

        var error = await Assert.ThrowsAsync<GateFailedException>(gated.ReadAsync);

        Assert.Contains("no scores today", error.Message, StringComparison.Ordinal);
        Assert.Equal(12, (await other.ReadAsync()).Count);
        Assert.Equal(0, engine.Status.FailedSteps);
    }

    [Fact]
    public async Task Gate_ChoosesAnAdapterItDidNotList_FailsRatherThanUseAnothersPlace()
    {
        await using var engine = Start(new HashRunner());
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
        var gate = new ClassGate(new ModuloScorer(2, 1), [law]) { Adapters = [] };

        var error = await Assert.ThrowsAsync<GateFailedException>(engine.Generate(Request([1], 8, new Branch { Gate = gate })).ReadAsync);

        Assert.Contains("'law', which is none of those it listed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gate_ItsAdapters_StayInPlaceUntilTheEnd()
    {
        var runner = new HashRunner(capacity: 1).Stepwise();
        await using var engine = Start(runner);
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
        var stream = engine.Generate(Request([1], 8, new Branch { Gate = new ClassGate(new ModuloScorer(2, 1), [law]) }));
        await runner.EnteredAsync();

        engine.Adapters.Unregister(law);
        var code = await engine.Adapters.RegisterAsync("code", Weights("code"));
        var waiting = engine.Generate(Request([1], 2, Mix((code, 1))));
        runner.RunFreely();

        Assert.Equal(8, (await stream.ReadAsync()).Count);
        Assert.Equal(2, (await waiting.ReadAsync()).Count);
        Assert.Empty(runner.Violations);
    }
}
