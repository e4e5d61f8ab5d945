using System.Globalization;
using ExpertCluster.Text.Tokenization.Merging;

namespace ExpertCluster.Text.Tests.Tokenization.Merging;

public sealed class WordCacheTests
{
    [Fact]
    public void Add_MoreThanFits_StaysBounded()
    {
        var cache = new WordCache();

        for (int i = 0; i < 5 * WordCache.GenerationWords; i++)
        {
            cache.Add(i.ToString(CultureInfo.InvariantCulture), [i]);
        }

        Assert.InRange(cache.Count, WordCache.GenerationWords, 2 * WordCache.GenerationWords);
        Assert.False(cache.TryGet("0", out _));
        Assert.True(cache.TryGet($"{(5 * WordCache.GenerationWords) - 1}", out _));
    }

    [Fact]
    public void TryGet_WordInUse_SurvivesGenerations()
    {
        var cache = new WordCache();
        cache.Add("used", [7]);

        for (int i = 0; i < 5 * WordCache.GenerationWords; i++)
        {
            cache.Add(i.ToString(CultureInfo.InvariantCulture), [i]);
            Assert.True(cache.TryGet("used", out int[]? ids));
            Assert.Equal([7], ids);
        }
    }

    [Fact]
    public void Add_LongWord_IsNotKept()
    {
        var cache = new WordCache();
        string word = new string('a', WordCache.LongestWord + 1);

        cache.Add(word, [1]);

        Assert.False(cache.TryGet(word, out _));
        Assert.Equal(0, cache.Count);
    }
}
