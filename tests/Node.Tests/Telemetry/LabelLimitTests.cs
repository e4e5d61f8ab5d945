using ExpertCluster.Node.Telemetry;

namespace ExpertCluster.Node.Tests.Telemetry;

public sealed class LabelLimitTests
{
    [Fact]
    public void Of_MoreThanTheLimit_BecomesOther()
    {
        var limit = new LabelLimit(2);

        Assert.Equal(["a", "b", "other", "a", "other"], new[] { "a", "b", "c", "a", "d" }.Select(limit.Of));
    }

    [Fact]
    public void Of_ManyThreads_NeverExceedsTheLimit()
    {
        var limit = new LabelLimit(10);
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();

        Parallel.For(0, 10_000, i => seen[limit.Of($"name-{i % 500}")] = true);

        Assert.InRange(seen.Count, 2, 11);
        Assert.True(seen.ContainsKey(LabelLimit.Other));
    }
}
