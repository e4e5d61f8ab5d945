namespace ExpertCluster.Gating.Features;

/// <summary>
/// Unigrams and bigrams of a window of token ids; those of the last few tokens count again as features of their own, so
/// that a change of subject shows at once (routing.md: window 16 is as good as 4 and switches less).
/// </summary>
internal sealed class TokenFeatures(int buckets, int window, int recent)
{
    public int Window => window;

    /// <summary>Most features that a window can have.</summary>
    public int Limit => (2 * window) - 1 + (2 * recent) - 1;

    /// <summary>Counts the features of a window; ids below 0 are padding on its left.</summary>
    public void Extract(ReadOnlySpan<int> ids, FeatureBag into)
    {
        into.Clear();
        int start = 0;
        while (start < ids.Length && ids[start] < 0)
        {
            start++;
        }

        ids = ids[start..];
        if (ids.Length > window)
        {
            ids = ids[^window..];
        }

        Grams(ids, 0, into);
        Grams(ids.Length > recent ? ids[^recent..] : ids, 2, into);
    }

    private void Grams(ReadOnlySpan<int> ids, int tag, FeatureBag into)
    {
        foreach (int id in ids)
        {
            into.Add(Fnv.Bucket(Fnv.Add(Fnv.Start(tag + 1), id), buckets));
        }

        for (int i = 1; i < ids.Length; i++)
        {
            into.Add(Fnv.Bucket(Fnv.Add(Fnv.Add(Fnv.Start(tag + 2), ids[i - 1]), ids[i]), buckets));
        }
    }
}
