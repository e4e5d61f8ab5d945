using ExpertCluster.Gating.Features;

namespace ExpertCluster.Gating.Tests.Features;

public class FeatureBagTests
{
    [Fact]
    public void Add_RepeatedBuckets_CountsThem()
    {
        FeatureBag bag = new(8);
        foreach (int bucket in (int[])[3, 3, 5, 3])
        {
            bag.Add(bucket);
        }

        float[] frequencies = new float[bag.Count];
        bag.Weigh(frequencies);
        Assert.Equal([3, 5], bag.Buckets.ToArray());
        Assert.Equal([1 + MathF.Log(3), 1], frequencies);
    }

    [Fact]
    public void Add_ManyBuckets_KeepsEach()
    {
        FeatureBag bag = new(10_000);
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < 5_000; i++)
            {
                bag.Add(i * 64);
            }
        }

        Assert.Equal(5_000, bag.Count);
        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => i * 64), bag.Buckets.ToArray());
    }

    [Fact]
    public void Add_PastTheLimit_LeavesFurtherBucketsOut()
    {
        FeatureBag bag = new(3);
        for (int i = 0; i < 10; i++)
        {
            bag.Add(i);
        }

        Assert.Equal([0, 1, 2], bag.Buckets.ToArray());
    }
}
