using ExpertCluster.Models.Adapters;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Reference;

/// <summary>The oracle itself, against logits that PyTorch gave for the same files, in double precision.</summary>
public sealed class ReferenceModelTests : IDisposable
{
    private static readonly int[] Tokens = [5, 190, 33, 271, 0, 77];
    private static readonly int[] Places = [0, 1, 50, 100, 271];

    private readonly TemporaryFolder _folder = new();
    private readonly ReferenceModel _model;
    private readonly AdapterWeights _a;
    private readonly AdapterWeights _b;

    public ReferenceModelTests()
    {
        _model = ReferenceModel.Load(RandomCheckpoint.Write(_folder["base"], RandomCheckpoint.Shape, seed: 1, type: "F16"));
        _a = PeftAdapter.Load(RandomAdapter.Write(_folder["a"], _model.Shape, rank: 8, seed: 21), _model.Shape);
        _b = PeftAdapter.Load(RandomAdapter.Write(_folder["b"], _model.Shape, rank: 8, seed: 22), _model.Shape);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Logits_Base_EqualPyTorch() => AssertLogits([-0.90061, -0.32485, 0.52653, 0.41102, -1.5442], _model.Logits(Tokens)[5]);

    [Fact]
    public void Logits_AdaptersByToken_EqualPyTorch() =>
        AssertLogits(
            [-1.85014, -0.88976, 0.03756, 1.26814, -0.59998],
            _model.Logits(Tokens, p => p % 2 == 0 ? [new(_a, 1)] : [new(_a, 0.25f), new(_b, 0.5f)])[5]);

    [Fact]
    public void GreedyTokens_EachToken_IsTheLikeliestAfterTheOnesBefore()
    {
        var answer = _model.GreedyTokens(Tokens, 4, p => p == 7 ? [new(_a, 1)] : []);
        int[] all = [.. Tokens, .. answer];
        float[][] logits = _model.Logits(all, p => p == 7 ? [new(_a, 1)] : []);

        Assert.Equal(4, answer.Count);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(Array.IndexOf(logits[5 + i], logits[5 + i].Max()), answer[i]);
        }
    }

    [Fact]
    public void GreedyTokens_EndToken_IsTheLastOne()
    {
        var free = _model.GreedyTokens(Tokens, 6);
        Assert.Equal(free.Take(1 + free.ToList().IndexOf(free[2])), _model.GreedyTokens(Tokens, 6, endTokens: [free[2]]));
    }

    private static void AssertLogits(double[] expected, float[] actual)
    {
        for (int i = 0; i < Places.Length; i++)
        {
            Assert.Equal(expected[i], actual[Places[i]], 1e-4);
        }
    }
}
