namespace ExpertCluster.Router.Resumption;

/// <summary>The events of a stream, as they were written. Not for several threads: the streams' lock guards it.</summary>
internal sealed class EventLog
{
    private readonly List<ReadOnlyMemory<byte>> _kept = [];
    private readonly List<long> _ends = [];

    /// <summary>Events that are gone from its beginning.</summary>
    public int First { get; private set; }

    /// <summary>Those that are kept.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Kept => _kept;

    /// <summary>All that were written.</summary>
    public int Count => First + _kept.Count;

    /// <summary>Bytes of all that were written.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes of those that are kept.</summary>
    public long KeptBytes { get; private set; }

    public void Add(ReadOnlyMemory<byte> one)
    {
        _kept.Add(one);
        Length += one.Length;
        KeptBytes += one.Length;
        _ends.Add(Length);
    }

    /// <summary>Lets go of those before one.</summary>
    /// <returns>Their bytes.</returns>
    public long CutBefore(int next)
    {
        int gone = Math.Min(next - First, _kept.Count);
        if (gone <= 0)
        {
            return 0;
        }

        long bytes = 0;
        for (int i = 0; i < gone; i++)
        {
            bytes += _kept[i].Length;
        }

        _kept.RemoveRange(0, gone);
        _ends.RemoveRange(0, gone);
        First += gone;
        KeptBytes -= bytes;
        return bytes;
    }

    /// <summary>The event that a byte belongs to, and where in it that is. Only while all events are kept.</summary>
    /// <param name="at">From 0 to <see cref="Length"/>.</param>
    public (int Next, int Skipped) Find(long at)
    {
        int found = _ends.BinarySearch(at);
        int next = found >= 0 ? found + 1 : ~found;
        return (next, (int)(at - (next == 0 ? 0 : _ends[next - 1])));
    }
}
