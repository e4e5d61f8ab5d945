using ExpertCluster.Simulation.Clusters;

namespace ExpertCluster.Simulation.Tests.Clusters;

public sealed class AdapterCacheTests
{
    private readonly AdapterCache _cache = new(3);

    [Fact]
    public void Add_Full_DropsTheLeastRecentlyUsed()
    {
        Fill();
        _cache.Touch(1);

        Assert.True(_cache.Add(4, kept: false));

        Assert.Equal([1, 3, 4], Enumerable.Range(0, 6).Where(_cache.Has));
    }

    [Fact]
    public void Add_Full_PassesOverWhatIsKept()
    {
        Fill();
        _cache.Keep(1, kept: true);
        _cache.Add(2, kept: true);

        _cache.Add(4, kept: false);
        _cache.Keep(1, kept: false);
        _cache.Add(5, kept: false);

        Assert.Equal([2, 4, 5], Enumerable.Range(0, 6).Where(_cache.Has));
    }

    [Fact]
    public void Add_AllAreKept_DropsOneAllTheSame()
    {
        Fill();
        Array.ForEach([1, 2, 3], e => _cache.Keep(e, kept: true));

        _cache.Add(4, kept: true);

        Assert.Equal([2, 3, 4], Enumerable.Range(0, 6).Where(_cache.Has));
    }

    [Fact]
    public void Add_Again_IsOne()
    {
        Fill();

        Assert.False(_cache.Add(3, kept: false));
        Assert.Equal(3, _cache.Count);
    }

    private void Fill() => Array.ForEach([1, 2, 3], e => _cache.Add(e, kept: false));
}
