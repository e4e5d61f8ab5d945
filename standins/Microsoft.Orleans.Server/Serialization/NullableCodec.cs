namespace Orleans.OneMachine.Serialization;

internal sealed class NullableCodec<T>(CodecProvider provider) : Codec<T?>
    where T : struct
{
    private readonly Codec<T> _inner = provider.Get<T>();

    public override bool IsImmutable => _inner.IsImmutable;

    public override void Write(WireWriter writer, T? value)
    {
        writer.Byte(value.HasValue ? (byte)1 : (byte)0);
        if (value.HasValue)
            _inner.Write(writer, value.Value);
    }

    public override T? Read(ref WireReader reader) => reader.Byte() == 0 ? null : _inner.Read(ref reader);
}
