using System.Buffers.Binary;
using System.Text;

namespace Orleans.OneMachine.Serialization;

/// <summary>Reads what <see cref="WireWriter"/> wrote. Every length is held against what is left before anything is allocated.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;
    private int _depth;

    public readonly int Remaining => _data.Length - _position;

    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining)
            throw new MalformedDataException($"A message ends early: {count} bytes wanted, {Remaining} left.");
        var span = _data.Slice(_position, count);
        _position += count;
        return span;
    }

    public ReadOnlySpan<byte> Rest() => Take(Remaining);

    public byte Byte() => Take(1)[0];

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
        throw new MalformedDataException("A variable-length number is longer than 64 bits.");
    }

    public long SignedVarint()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public string? String() => BytesOrNull(out var isNull) is var bytes && isNull ? null : Encoding.UTF8.GetString(bytes);

    public string RequiredString() => String() ?? throw new MalformedDataException("A name is missing.");

    public ReadOnlySpan<byte> BytesOrNull(out bool isNull)
    {
        var marker = Varint();
        isNull = marker == 0;
        return isNull ? default : Take(Count(marker - 1));
    }

    /// <summary>A count of elements, each of which takes one byte or more; -1 for null.</summary>
    public int CountOrNull()
    {
        var marker = Varint();
        return marker == 0 ? -1 : Count(marker - 1);
    }

    public void Enter()
    {
        if (++_depth > WireWriter.MaxDepth)
            throw new MalformedDataException($"A message nests deeper than {WireWriter.MaxDepth} levels.");
    }

    public void Leave() => _depth--;

    public void Skip(WireKind kind)
    {
        switch (kind)
        {
            case WireKind.Varint: Varint(); break;
            case WireKind.Fixed32: Take(4); break;
            case WireKind.Fixed64: Take(8); break;
            case WireKind.Fixed128: Take(16); break;
            case WireKind.Bytes: BytesOrNull(out _); break;
            case WireKind.Block: Take(Int32()); break;
            default: throw new MalformedDataException($"Unknown member layout {(byte)kind}.");
        }
    }

    private readonly int Count(ulong count) => count <= (ulong)Remaining
        ? (int)count
        : throw new MalformedDataException($"A message announces {count} elements with {Remaining} bytes left.");
}
