using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Merging;

/// <summary>
/// A binary heap of possible merges, the lowest rank first and the leftmost among equals. An entry is
/// rank and position in one 64-bit number, so that comparing it is one instruction.
/// </summary>
internal struct RankHeap(int capacity) : IDisposable
{
    private ulong[] _entries = LargeArrays<ulong>.Rent(Math.Max(capacity, 16));
    private int _count;

    public void Push(int rank, int position)
    {
        if (_count == _entries.Length)
        {
            Grow();
        }

        ulong entry = ((ulong)(uint)rank << 32) | (uint)position;
        int i = _count++;
        while (i > 0)
        {
            int parent = (i - 1) >> 1;
            if (_entries[parent] <= entry)
            {
                break;
            }

            _entries[i] = _entries[parent];
            i = parent;
        }

        _entries[i] = entry;
    }

    public bool TryPop(out int rank, out int position)
    {
        if (_count == 0)
        {
            (rank, position) = (0, 0);
            return false;
        }

        ulong top = _entries[0];
        (rank, position) = ((int)(top >> 32), (int)(uint)top);
        ulong last = _entries[--_count];
        int i = 0;
        while (true)
        {
            int child = (2 * i) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && _entries[child + 1] < _entries[child])
            {
                child++;
            }

            if (_entries[child] >= last)
            {
                break;
            }

            _entries[i] = _entries[child];
            i = child;
        }

        _entries[i] = last;
        return true;
    }

    public readonly void Dispose() => LargeArrays<ulong>.Return(_entries);

    private void Grow()
    {
        ulong[] larger = LargeArrays<ulong>.Rent(_entries.Length * 2);
        _entries.AsSpan(0, _count).CopyTo(larger);
        LargeArrays<ulong>.Return(_entries);
        _entries = larger;
    }
}
