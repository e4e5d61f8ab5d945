using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

public sealed class EnsembleTests
{
    [Fact]
    public async Task Generate_TwoBranches_DrawsFromTheWeightedSumOfTheirProbabilities()
    {
        var runner = new HashRunner();
        List<float[]> outputs = [];
        runner.OnRan = batch => outputs.AddRange(Enumerable.Range(0, batch.OutputCount).Select(n => batch.LogitsOf(n).ToArray()));
        await using var engine = Start(runner);
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));

        var tokens = await engine.Generate(
            Request([4, 5], 1, Mix((law, 1)) with { Weight = 3 }, new Branch { Weight = 1 })).ReadAsync();

        Assert.Equal(2, outputs.Count);
        double[] merged = Softmax(outputs[0]).Zip(Softmax(outputs[1]), (a, b) => (0.75 * a) + (0.25 * b)).ToArray();
        int expected = Array.IndexOf(merged, merged.Max());
        Assert.Equal(expected, tokens[0].Id);
        Assert.Equal(Math.Log(merged[expected]), tokens[0].LogProbability, 4);
        Assert.Equal([new WeightedAdapter(law, 0.75f), new WeightedAdapter(null, 0.25f)], tokens[0].Experts);
    }

    [Fact]
    public async Task Generate_Product_AddsTheWeightedLogits()
    {
        var runner = new HashRunner();
        List<float[]> outputs = [];
        runner.OnRan = batch => outputs.AddRange(Enumerable.Range(0, batch.OutputCount).Select(n => batch.LogitsOf(n).ToArray()));
        await using var engine = Start(runner);
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));

        var tokens = await engine.Generate(
            Request([4, 5], 1, Mix((law, 1)), new Branch { Weight = 0.25 }) with { Merging = BranchMerging.Product }).ReadAsync();

        double[] merged = Softmax([.. outputs[0].Zip(outputs[1], (a, b) => a + (0.25f * b))]);
        int expected = Array.IndexOf(merged, merged.Max());
        Assert.Equal(expected, tokens[0].Id);
        Assert.Equal(Math.Log(merged[expected]), tokens[0].LogProbability, 4);
        Assert.Equal([new WeightedAdapter(law, 0.8f), new WeightedAdapter(null, 0.2f)], tokens[0].Experts);
    }

    [Fact]
    public async Task Generate_ProductOfWhatIsWeighedOrElsewhere_IsRefused()
    {
        await using var engine = Start(new HashRunner());
        var request = Request([4, 5], 1, new Branch(), new Branch()) with { Merging = BranchMerging.Product, BranchGate = new ClassWeights(new ModuloScorer(1, 1), [1, 1]) };

        var error = Assert.Throws<InvalidGenerationException>(() => engine.Generate(request));

        Assert.Contains("merging is a product", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_MixesWithinBranches_SumsSharesPerAdapter()
    {
        await using var engine = Start(new HashRunner());
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
        var code = await engine.Adapters.RegisterAsync("code", Weights("code"));

        var tokens = await engine.Generate(
            Request([4, 5], 2, Mix((law, 2), (code, 2)), Mix((law, 1), (null, 3)))).ReadAsync();

        Assert.All(tokens, token => Assert.Equal(
            [new WeightedAdapter(law, 0.375f), new WeightedAdapter(code, 0.25f), new WeightedAdapter(null, 0.375f)], token.Experts));
    }

    [Fact]
    public async Task Generate_TwoEqualBranches_GiveWhatOneGives()
    {
        await using var engine = Start(new HashRunner());

        var two = await engine.Generate(Request([4, 5], 12, new Branch(), new Branch())).ReadAsync();
        var one = await engine.Generate(Request([4, 5], 12)).ReadAsync();

        Assert.Equal(one.Ids(), two.Ids());
        Assert.All(one.Zip(two), pair => Assert.Equal(pair.First.LogProbability, pair.Second.LogProbability, 4));
    }

    [Fact]
    public async Task Generate_MixOfAnAdapterAndTheBase_RunsTheAdapterAtItsShare()
    {
        var runner = new HashRunner();
        List<(int Index, float Weight)> rows = [];
        runner.OnRun = batch => rows.Add((batch.AdapterIndex[0], batch.AdapterWeight[0]));
        await using var engine = Start(runner);
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));

        await engine.Generate(Request([4], 1, Mix((null, 3), (law, 1)))).ReadAsync();

        Assert.Equal([(0, 0.25f)], rows);
    }

    private static double[] Softmax(float[] logits)
    {
        double[] weights = logits.Select(logit => Math.Exp(logit)).ToArray();
        return [.. weights.Select(weight => weight / weights.Sum())];
    }
}
