using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Orleans.OneMachine.Serialization;

internal sealed class ArrayCodec<T>(CodecProvider provider) : SequenceCodec<T[], T>(provider)
{
    protected override int Count(T[] value) => value.Length;

    protected override T[] Build(T[] items) => items;
}

internal sealed class ByteArrayCodec : Codec<byte[]?>
{
    public override WireKind Kind => WireKind.Bytes;

    public override void Write(WireWriter writer, byte[]? value)
    {
        if (value is null)
            writer.Varint(0);
        else
            writer.Bytes(value);
    }

    public override byte[]? Read(ref WireReader reader)
    {
        var bytes = reader.BytesOrNull(out var isNull);
        return isNull ? null : bytes.ToArray();
    }
}

internal sealed class ListCodec<T>(CodecProvider provider) : SequenceCodec<List<T>, T>(provider)
{
    protected override int Count(List<T> value) => value.Count;

    protected override List<T> Build(T[] items) => [.. items];
}

internal sealed class HashSetCodec<T>(CodecProvider provider) : SequenceCodec<HashSet<T>, T>(provider)
{
    protected override int Count(HashSet<T> value) => value.Count;

    protected override HashSet<T> Build(T[] items) => [.. items];
}

internal sealed class QueueCodec<T>(CodecProvider provider) : SequenceCodec<Queue<T>, T>(provider)
{
    protected override int Count(Queue<T> value) => value.Count;

    protected override Queue<T> Build(T[] items) => new(items);
}

internal sealed class ImmutableArrayCodec<T>(CodecProvider provider) : SequenceCodec<ImmutableArray<T>, T>(provider)
{
    public override bool IsImmutable => Element.IsImmutable;

    protected override bool IsNull(ImmutableArray<T> value) => value.IsDefault;

    protected override int Count(ImmutableArray<T> value) => value.Length;

    protected override ImmutableArray<T> Build(T[] items) => ImmutableCollectionsMarshal.AsImmutableArray(items);
}

internal sealed class ImmutableListCodec<T>(CodecProvider provider) : SequenceCodec<ImmutableList<T>, T>(provider)
{
    public override bool IsImmutable => Element.IsImmutable;

    protected override int Count(ImmutableList<T> value) => value.Count;

    protected override ImmutableList<T> Build(T[] items) => [.. items];
}

internal sealed class ImmutableHashSetCodec<T>(CodecProvider provider) : SequenceCodec<ImmutableHashSet<T>, T>(provider)
{
    public override bool IsImmutable => Element.IsImmutable;

    protected override int Count(ImmutableHashSet<T> value) => value.Count;

    protected override ImmutableHashSet<T> Build(T[] items) => [.. items];
}

internal sealed class DictionaryCodec<TKey, TValue>(CodecProvider provider)
    : SequenceCodec<Dictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(provider)
    where TKey : notnull
{
    protected override int Count(Dictionary<TKey, TValue> value) => value.Count;

    protected override Dictionary<TKey, TValue> Build(KeyValuePair<TKey, TValue>[] items) => new(items);
}

internal sealed class ImmutableDictionaryCodec<TKey, TValue>(CodecProvider provider)
    : SequenceCodec<ImmutableDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(provider)
    where TKey : notnull
{
    public override bool IsImmutable => Element.IsImmutable;

    protected override int Count(ImmutableDictionary<TKey, TValue> value) => value.Count;

    protected override ImmutableDictionary<TKey, TValue> Build(KeyValuePair<TKey, TValue>[] items) => ImmutableDictionary.CreateRange(items);
}

internal sealed class PairCodec<TKey, TValue>(CodecProvider provider) : Codec<KeyValuePair<TKey, TValue>>
{
    private Codec<TKey>? _key;
    private Codec<TValue>? _value;

    public override bool IsImmutable => Key.IsImmutable && Value.IsImmutable;

    private Codec<TKey> Key => _key ??= provider.Get<TKey>();

    private Codec<TValue> Value => _value ??= provider.Get<TValue>();

    public override void Write(WireWriter writer, KeyValuePair<TKey, TValue> value)
    {
        Key.Write(writer, value.Key);
        Value.Write(writer, value.Value);
    }

    public override KeyValuePair<TKey, TValue> Read(ref WireReader reader) => new(Key.Read(ref reader), Value.Read(ref reader));
}
