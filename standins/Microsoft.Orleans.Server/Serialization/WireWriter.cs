using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Orleans.OneMachine.Serialization;

/// <summary>Writes values into one pooled buffer that grows up to a limit. Not thread-safe; dispose to give the buffer back.</summary>
internal sealed class WireWriter(int limit) : IDisposable
{
    public const int MaxDepth = 64;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256);
    private int _depth;

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer!, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    public Span<byte> Take(int count)
    {
        if (_buffer.Length - Length < count)
            Grow(count);
        var span = _buffer.AsSpan(Length, count);
        Length += count;
        return span;
    }

    public void Byte(byte value) => Take(1)[0] = value;

    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }
        Byte((byte)value);
    }

    /// <summary>Small magnitudes of either sign in few bytes.</summary>
    public void SignedVarint(long value) => Varint((ulong)(value << 1) ^ (ulong)(value >> 63));

    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void String(string? value)
    {
        if (value is null)
        {
            Varint(0);
            return;
        }
        var count = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)count + 1);
        Encoding.UTF8.GetBytes(value, Take(count));
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Varint((ulong)bytes.Length + 1);
        Raw(bytes);
    }

    /// <summary>Leaves room for a length; <see cref="EndBlock"/> fills it in.</summary>
    public int BeginBlock()
    {
        Take(4);
        return Length;
    }

    public void EndBlock(int start) => BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(start - 4), Length - start);

    public void Enter()
    {
        if (++_depth > MaxDepth)
            throw new MessageLimitException($"A grain call's value nests deeper than {MaxDepth} levels, or refers to itself.");
    }

    public void Leave() => _depth--;

    private void Grow(int count)
    {
        if (count > limit - Length)
            throw new MessageLimitException($"A grain call's message is larger than MaxMessageBodySize ({limit} bytes).");
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(limit, Math.Max((long)_buffer.Length * 2, Length + (long)count)));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
