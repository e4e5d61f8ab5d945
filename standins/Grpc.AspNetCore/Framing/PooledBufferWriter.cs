using System.Buffers;

namespace Grpc.Framing;

/// <summary>A growing buffer from the shared pool. Between messages it holds nothing.</summary>
internal sealed class PooledBufferWriter : IBufferWriter<byte>
{
    private const int FirstSize = 512;

    private byte[] _buffer = [];
    private int _written;

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _written);

    public int Count => _written;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_buffer.Length - _written), nameof(count));
        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _buffer.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _buffer.AsSpan(_written);
    }

    /// <summary>Gives the memory back.</summary>
    public void Reset()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _written = 0;
    }

    private void EnsureRoom(int sizeHint)
    {
        int wanted = Math.Max(sizeHint, 1);
        if (_buffer.Length - _written >= wanted)
            return;
        int size = (int)Math.Min(Math.Max((long)_written + wanted, Math.Max(2L * _buffer.Length, FirstSize)), Array.MaxLength);
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(size, checked(_written + wanted)));
        _buffer.AsSpan(0, _written).CopyTo(larger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
