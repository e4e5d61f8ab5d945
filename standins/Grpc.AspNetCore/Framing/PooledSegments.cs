using System.Buffers;

namespace Grpc.Framing;

/// <summary>A chain of pooled buffers for output of unknown length: what it takes is what is written, and no copy.</summary>
internal sealed class PooledSegments
{
    private const int FirstSize = 4 * 1024;
    private const int LargestSize = 128 * 1024;

    private readonly List<Segment> _segments = [];

    public long Count { get; private set; }

    public ReadOnlySequence<byte> Written => _segments.Count == 0
        ? default : new ReadOnlySequence<byte>(_segments[0], 0, _segments[^1], _segments[^1].Count);

    /// <summary>Room for at least one byte.</summary>
    public Span<byte> GetSpan()
    {
        if (_segments.Count == 0 || _segments[^1].IsFull)
            Append();
        return _segments[^1].Room;
    }

    public void Advance(int count)
    {
        _segments[^1].Advance(count);
        Count += count;
    }

    /// <summary>Gives the memory back.</summary>
    public void Reset()
    {
        foreach (Segment segment in _segments)
            segment.Release();
        _segments.Clear();
        Count = 0;
    }

    private void Append()
    {
        var next = new Segment(_segments.Count == 0 ? FirstSize : Math.Min(2 * _segments[^1].Count, LargestSize), Count);
        if (_segments.Count > 0)
            _segments[^1].Link(next);
        _segments.Add(next);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        private readonly byte[] _buffer;

        public Segment(int size, long start)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(size);
            RunningIndex = start;
        }

        public int Count { get; private set; }

        public bool IsFull => Count == _buffer.Length;

        public Span<byte> Room => _buffer.AsSpan(Count);

        public void Advance(int count)
        {
            Count += count;
            Memory = _buffer.AsMemory(0, Count);
        }

        public void Link(Segment next) => Next = next;

        public void Release() => ArrayPool<byte>.Shared.Return(_buffer);
    }
}
