using ExpertCluster.Inference.Sampling;

namespace ExpertCluster.Inference.Tests.Sampling;

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
}
