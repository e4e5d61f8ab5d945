using ExpertCluster.Inference.Prefixes;

namespace ExpertCluster.Inference.Tests.Prefixes;

public sealed class PrefixCacheTests
{
    private const int BlockBytes = 8;

    [Fact]
    public void Get_WhatWasAdded_GivesItsBytes()
    {
        using var cache = new PrefixCache(BlockBytes, capacityBytes: 16);
        Put(cache, Key(1), 7);
        Put(cache, Key(2), 9);

        Assert.Equal([7, 9], new[] { cache.Get(Key(1))[0], cache.Get(Key(2))[7] });
        Assert.Equal(16, cache.Bytes);
    }

    [Fact]
    public void Add_BeyondTheCapacity_DropsTheLeastRecentlyUsed()
    {
        using var cache = new PrefixCache(BlockBytes, capacityBytes: 3 * BlockBytes);
        Put(cache, Key(1), 1);
        Put(cache, Key(2), 2);
        Put(cache, Key(3), 3);
        _ = cache.Get(Key(1));

        Put(cache, Key(4), 4);
        Put(cache, Key(5), 5);

        Assert.Equal([true, false, false, true, true], Enumerable.Range(1, 5).Select(n => cache.Contains(Key(n))));
        Assert.Equal(1, cache.Get(Key(1))[3]);
        Assert.Equal(3 * BlockBytes, cache.Bytes);
    }

    [Fact]
    public void Touch_AChain_KeepsItsBeginningLongest()
    {
        using var cache = new PrefixCache(BlockBytes, capacityBytes: 3 * BlockBytes);
        PrefixKey[] chain = [Key(1), Key(2), Key(3)];
        foreach (var key in chain)
        {
            Put(cache, key, 1);
        }

        cache.Touch(chain);
        Put(cache, Key(4), 4);
        Assert.Equal([true, true, false], chain.Select(cache.Contains));
        Put(cache, Key(5), 5);
        Assert.Equal([true, false, false], chain.Select(cache.Contains));
    }

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(8, 7)]
    public void IsEnabled_NoRoomForABlock_IsFalse(int blockBytes, long capacity)
    {
        using var cache = new PrefixCache(blockBytes, capacity);

        Assert.False(cache.IsEnabled);
    }

    [Fact]
    public void Keys_DifferByDomainByTokensAndByWhatWentBefore()
    {
        PrefixKey[] keys =
        [
            PrefixKey.Of("a").Then([1, 2]),
            PrefixKey.Of("b").Then([1, 2]),
            PrefixKey.Of("a").Then([2, 1]),
            PrefixKey.Of("a").Then([1, 2]).Then([1, 2]),
            PrefixKey.Of("a").Then([1, 2, 1, 2]),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], PrefixKey.Of("a").Then([1, 2]));
    }

    private static PrefixKey Key(int n) => new((UInt128)n);

    private static void Put(PrefixCache cache, PrefixKey key, byte value) => cache.Add(key).Fill(value);
}
