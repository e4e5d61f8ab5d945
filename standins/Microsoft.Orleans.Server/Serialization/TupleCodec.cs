using System.Runtime.CompilerServices;

namespace Orleans.OneMachine.Serialization;

/// <summary>Value tuples and tuples, item by item.</summary>
internal sealed class TupleCodec<T>(CodecProvider provider) : Codec<T>
{
    private readonly Type[] _items = typeof(T).GetGenericArguments();

    public override bool IsImmutable => _items.All(type => provider.Get(type).IsImmutable);

    public override void Write(WireWriter writer, T value)
    {
        writer.Enter();
        writer.Byte(value is null ? (byte)0 : (byte)1);
        if (value is ITuple tuple)
        {
            for (var i = 0; i < _items.Length; i++)
                provider.Get(_items[i]).WriteObject(writer, tuple[i]);
        }
        writer.Leave();
    }

    public override T Read(ref WireReader reader)
    {
        if (reader.Byte() == 0)
            return default!;
        reader.Enter();
        var items = new object?[_items.Length];
        for (var i = 0; i < items.Length; i++)
            items[i] = provider.Get(_items[i]).ReadObject(ref reader);
        reader.Leave();
        return (T)Activator.CreateInstance(typeof(T), items)!;
    }
}
