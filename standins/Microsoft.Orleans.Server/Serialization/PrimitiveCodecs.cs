using System.Globalization;
using System.Net;

namespace Orleans.OneMachine.Serialization;

/// <summary>The framework's own value types and strings.</summary>
internal static class PrimitiveCodecs
{
    public static void AddTo(IDictionary<Type, Codec> codecs)
    {
        Add<bool>(WireKind.Varint, static (w, v) => w.Varint(v ? 1UL : 0), static (ref r) => r.Varint() != 0);
        Add<byte>(WireKind.Varint, static (w, v) => w.Varint(v), static (ref r) => checked((byte)r.Varint()));
        Add<sbyte>(WireKind.Varint, static (w, v) => w.SignedVarint(v), static (ref r) => checked((sbyte)r.SignedVarint()));
        Add<short>(WireKind.Varint, static (w, v) => w.SignedVarint(v), static (ref r) => checked((short)r.SignedVarint()));
        Add<ushort>(WireKind.Varint, static (w, v) => w.Varint(v), static (ref r) => checked((ushort)r.Varint()));
        Add<int>(WireKind.Varint, static (w, v) => w.SignedVarint(v), static (ref r) => checked((int)r.SignedVarint()));
        Add<uint>(WireKind.Varint, static (w, v) => w.Varint(v), static (ref r) => checked((uint)r.Varint()));
        Add<long>(WireKind.Varint, static (w, v) => w.SignedVarint(v), static (ref r) => r.SignedVarint());
        Add<ulong>(WireKind.Varint, static (w, v) => w.Varint(v), static (ref r) => r.Varint());
        Add<char>(WireKind.Varint, static (w, v) => w.Varint(v), static (ref r) => checked((char)r.Varint()));
        Add<Half>(WireKind.Varint, static (w, v) => w.Varint(BitConverter.HalfToUInt16Bits(v)), static (ref r) => BitConverter.UInt16BitsToHalf(checked((ushort)r.Varint())));
        Add<float>(WireKind.Fixed32, static (w, v) => w.Int32(BitConverter.SingleToInt32Bits(v)), static (ref r) => BitConverter.Int32BitsToSingle(r.Int32()));
        Add<double>(WireKind.Fixed64, static (w, v) => w.Int64(BitConverter.DoubleToInt64Bits(v)), static (ref r) => BitConverter.Int64BitsToDouble(r.Int64()));
        Add<decimal>(WireKind.Fixed128, WriteDecimal, ReadDecimal);
        Add<Guid>(WireKind.Fixed128, static (w, v) => v.TryWriteBytes(w.Take(16)), static (ref r) => new Guid(r.Take(16)));
        Add<string?>(WireKind.Bytes, static (w, v) => w.String(v), static (ref r) => r.String());
        AddTimes(codecs);
        AddReferences(codecs);

        void Add<T>(WireKind kind, Action<WireWriter, T> write, ReadValue<T> read) => codecs[typeof(T)] = new ValueCodec<T>(kind, write, read);
    }

    private static void AddTimes(IDictionary<Type, Codec> codecs)
    {
        Add<TimeSpan>(WireKind.Varint, static (w, v) => w.SignedVarint(v.Ticks), static (ref r) => new TimeSpan(r.SignedVarint()));
        Add<DateTime>(WireKind.Fixed64, static (w, v) => w.Int64(v.ToBinary()), static (ref r) => DateTime.FromBinary(r.Int64()));
        Add<DateOnly>(WireKind.Varint, static (w, v) => w.SignedVarint(v.DayNumber), static (ref r) => DateOnly.FromDayNumber(checked((int)r.SignedVarint())));
        Add<TimeOnly>(WireKind.Varint, static (w, v) => w.SignedVarint(v.Ticks), static (ref r) => new TimeOnly(r.SignedVarint()));
        Add<DateTimeOffset>(
            WireKind.Fixed128,
            static (w, v) =>
            {
                w.Int64(v.Ticks);
                w.Int64(v.Offset.Ticks);
            },
            static (ref r) => new DateTimeOffset(r.Int64(), new TimeSpan(r.Int64())));

        void Add<T>(WireKind kind, Action<WireWriter, T> write, ReadValue<T> read) => codecs[typeof(T)] = new ValueCodec<T>(kind, write, read);
    }

    private static void AddReferences(IDictionary<Type, Codec> codecs)
    {
        Text<Uri>(static v => v.OriginalString, static s => new Uri(s, UriKind.RelativeOrAbsolute));
        Text<Version>(static v => v.ToString(), Version.Parse);
        Text<CultureInfo>(static v => v.Name, static s => CultureInfo.GetCultureInfo(s));
        Text<IPAddress>(static v => v.ToString(), IPAddress.Parse);
        Text<IPEndPoint>(static v => v.ToString(), IPEndPoint.Parse);

        void Text<T>(Func<T, string> toText, Func<string, T> fromText)
            where T : class =>
            codecs[typeof(T)] = new ValueCodec<T?>(
                WireKind.Bytes,
                (w, v) => w.String(v is null ? null : toText(v)),
                (ref r) => r.String() is { } text ? fromText(text) : null);
    }

    private static void WriteDecimal(WireWriter writer, decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        foreach (var part in parts)
            writer.Int32(part);
    }

    private static decimal ReadDecimal(ref WireReader reader) => new([reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32()]);
}
