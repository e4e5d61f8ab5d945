namespace Orleans.OneMachine.Serialization;

/// <summary>Anything that is written as a count and its elements.</summary>
internal abstract class SequenceCodec<TCollection, TElement>(CodecProvider provider) : Codec<TCollection>
{
    private Codec<TElement>? _element;

    // Resolved late: an element type may contain the collection.
    protected Codec<TElement> Element => _element ??= provider.Get<TElement>();

    public override void Write(WireWriter writer, TCollection value)
    {
        if (IsNull(value))
        {
            writer.Varint(0);
            return;
        }
        writer.Enter();
        writer.Varint((ulong)Count(value) + 1);
        foreach (var item in Items(value))
            Element.Write(writer, item);
        writer.Leave();
    }

    public override TCollection Read(ref WireReader reader)
    {
        var count = reader.CountOrNull();
        if (count < 0)
            return default!;
        reader.Enter();
        var items = new TElement[count];
        for (var i = 0; i < items.Length; i++)
            items[i] = Element.Read(ref reader);
        reader.Leave();
        return Build(items);
    }

    protected virtual bool IsNull(TCollection value) => value is null;

    protected abstract int Count(TCollection value);

    protected virtual IEnumerable<TElement> Items(TCollection value) => (IEnumerable<TElement>)value!;

    protected abstract TCollection Build(TElement[] items);
}
