namespace ExpertCluster.Gating.Features;

/// <summary>
/// Counts buckets of one text or window. Open addressing; clearing costs only what was used. Not thread-safe.
/// </summary>
internal sealed class FeatureBag
{
    private readonly int _limit;
    private int[] _slots;
    private int[] _buckets;
    private int[] _counts;

    /// <param name="limit">Most distinct buckets held; further ones are left out.</param>
    public FeatureBag(int limit)
    {
        _limit = limit;
        int capacity = Math.Min(64, limit);
        _buckets = new int[capacity];
        _counts = new int[capacity];
        _slots = new int[256];
    }

    public int Count { get; private set; }

    /// <summary>Distinct buckets in the order of their first appearance.</summary>
    public ReadOnlySpan<int> Buckets => _buckets.AsSpan(0, Count);

    /// <summary>How often each was seen.</summary>
    public ReadOnlySpan<int> Counts => _counts.AsSpan(0, Count);

    public void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
    }

    public void Add(int bucket)
    {
        int slot = Find(bucket);
        if (_slots[slot] != 0)
        {
            _counts[_slots[slot] - 1]++;
            return;
        }

        if (Count == _limit)
        {
            return;
        }

        if (Count == _buckets.Length)
        {
            Grow();
        }

        _buckets[Count] = bucket;
        _counts[Count] = 1;
        Count++;
        if (Count * 2 > _slots.Length)
        {
            Rehash();
        }
        else
        {
            _slots[slot] = Count;
        }
    }

    /// <summary>The damped count of each bucket, 1 + ln(count).</summary>
    public void Weigh(Span<float> frequencies)
    {
        for (int i = 0; i < Count; i++)
        {
            frequencies[i] = 1 + MathF.Log(_counts[i]);
        }
    }

    private int Find(int bucket)
    {
        int mask = _slots.Length - 1;
        int slot = unchecked((int)((uint)bucket * 2654435769u >> 8)) & mask;
        while (_slots[slot] != 0 && _buckets[_slots[slot] - 1] != bucket)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Grow()
    {
        int capacity = Math.Min(_limit, _buckets.Length * 2);
        Array.Resize(ref _buckets, capacity);
        Array.Resize(ref _counts, capacity);
    }

    private void Rehash()
    {
        _slots = new int[_slots.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            _slots[Find(_buckets[i])] = i + 1;
        }
    }
}
