using System.Collections.Concurrent;

namespace ExpertCluster.Text.Tokenization.Merging;

/// <summary>
/// Ids of words met before. Two generations of bounded size: when the young one is full it becomes the old
/// one and the old one is dropped, so words in use survive and nothing is counted or linked on a hit.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Words a generation holds; two generations of this many are at most some MiB.</summary>
    public const int GenerationWords = 16384;

    /// <summary>Longer words, in UTF-16 units, are rare enough to be merged each time.</summary>
    public const int LongestWord = 64;

    private volatile Generation _young = new();
    private volatile Generation _old = new();

    public int Count => _young.Count + _old.Count;

    public bool TryGet(ReadOnlySpan<char> word, out int[] ids)
    {
        ids = [];
        if (word.Length > LongestWord)
        {
            return false;
        }

        if (_young.TryGet(word, out ids))
        {
            return true;
        }

        if (!_old.TryGet(word, out ids))
        {
            return false;
        }

        Add(word, ids);
        return true;
    }

    public void Add(ReadOnlySpan<char> word, int[] ids)
    {
        if (word.Length > LongestWord)
        {
            return;
        }

        var young = _young;
        if (young.IsFull)
        {
            // Two threads may both turn the generation: that loses cached words, never a result.
            _old = young;
            _young = young = new Generation();
        }

        young.Add(word, ids);
    }

    private sealed class Generation
    {
        private readonly ConcurrentDictionary<string, int[]> _words = new(StringComparer.Ordinal);
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public bool IsFull => Count >= GenerationWords;

        public bool TryGet(ReadOnlySpan<char> word, out int[] ids)
        {
            bool found = _words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out int[]? value);
            ids = value ?? [];
            return found;
        }

        public void Add(ReadOnlySpan<char> word, int[] ids)
        {
            if (_words.TryAdd(word.ToString(), ids))
            {
                Interlocked.Increment(ref _count);
            }
        }
    }
}
