using ExpertCluster.Inference.Merging;

namespace ExpertCluster.Inference.Tests.Merging;

public sealed class BranchMergeTests
{
    [Fact]
    public void Merge_TwoBranches_IsTheLogOfTheWeightedProbabilities()
    {
        var merge = new BranchMerge(3);
        merge.Begin();
        merge.Add([0, 0, float.NegativeInfinity], 0.75f);
        merge.Add([0, float.NegativeInfinity, float.NegativeInfinity], 0.25f);

        var logits = merge.End();

        Assert.Equal(Math.Log((0.75 * 0.5) + 0.25), logits[0], 5);
        Assert.Equal(Math.Log(0.375), logits[1], 5);
        Assert.Equal(float.NegativeInfinity, logits[2]);
    }

    [Fact]
    public void Begin_AfterAPosition_ForgetsIt()
    {
        var merge = new BranchMerge(2);
        merge.Begin();
        merge.Add([0, 100], 1);
        merge.End();
        merge.Begin();
        merge.Add([100, 0], 1);

        Assert.Equal(0, merge.End()[0], 5);
    }

    /// <summary>Tokens 0 and 3 are named. The rest of .2 goes to 1 and 2 as the other one sees them: .1 and .3 of .4.</summary>
    [Fact]
    public void Add_DistributionWithATail_GivesItToWhatIsNotNamed()
    {
        float[] own = [0.4f, 0.1f, 0.3f, 0.2f];
        var distribution = TokenDistribution.Read(0, [0, 3], [MathF.Log(0.5f), MathF.Log(0.3f)], 0.2f, 4)!;
        var merge = new BranchMerge(4);
        merge.Begin(own, 0.25f);
        merge.Add(distribution, own, 0.75f);

        double[] merged = [.. merge.End().ToArray().Select(l => Math.Exp(l))];

        double[] expected = [(0.25 * 0.4) + (0.75 * 0.5), (0.25 * 0.1) + (0.75 * 0.05), (0.25 * 0.3) + (0.75 * 0.15), (0.25 * 0.2) + (0.75 * 0.3)];
        Assert.All(expected.Zip(merged), pair => Assert.Equal(pair.First, pair.Second, 6));
    }

    [Fact]
    public void Add_TailWhereTheOtherKnowsNothingElse_LosesIt()
    {
        var merge = new BranchMerge(3);
        merge.Begin([1, 0, 0], 0.5f);
        merge.Add(TokenDistribution.Read(0, [0], [MathF.Log(0.5f)], 0.5f, 3)!, [1, 0, 0], 0.5f);

        Assert.Equal(new[] { Math.Log(0.75), double.NegativeInfinity, double.NegativeInfinity }, [.. merge.End().ToArray().Select(l => Math.Round(l, 6) is var r && float.IsFinite(l) ? r : l)], (a, b) => a.Equals(b) || Math.Abs(a - b) < 1e-5);
    }
}
