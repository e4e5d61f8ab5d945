using ExpertCluster.Gating.Features;

namespace ExpertCluster.Gating.Tests.Features;

public class TokenFeaturesTests
{
    private readonly TokenFeatures _features = new(8192, 4, 2);

    [Fact]
    public void Extract_KnownWindow_GivesTheStoredBuckets()
    {
        // Stored gates depend on these numbers: FNV-1a over id + 1 from 2166136261 + tag, (h >> 7) % buckets.
        Assert.Equal([6314, 6352, 6511, 6358, 6320, 7852], Of(5, 9));
    }

    [Fact]
    public void Extract_Padding_IsLeftOut() => Assert.Equal(Of(5, 9), Of(-1, -1, 5, 9));

    [Fact]
    public void Extract_MoreThanTheWindow_ReadsTheNewest() => Assert.Equal(Of(4, 5, 6, 7), Of(1, 2, 3, 4, 5, 6, 7));

    [Fact]
    public void Extract_OnlyPadding_GivesNothing() => Assert.Empty(Of(-1, -1, -1, -1));

    [Fact]
    public void Extract_RecentTokens_CountAgainOnTheirOwn() => Assert.NotEqual(Of(1, 2, 8, 9).ToHashSet(), Of(8, 9, 1, 2).ToHashSet());

    [Fact]
    public void Extract_AllDistinct_ReachesTheLimit()
    {
        FeatureBag bag = new(100);
        new TokenFeatures(1 << 20, 16, 6).Extract(Enumerable.Range(100, 16).ToArray(), bag);
        Assert.Equal(42, bag.Count);
        Assert.Equal(42, new TokenFeatures(1 << 20, 16, 6).Limit);
    }

    private int[] Of(params int[] ids)
    {
        FeatureBag bag = new(_features.Limit);
        _features.Extract(ids, bag);
        return bag.Buckets.ToArray();
    }
}
