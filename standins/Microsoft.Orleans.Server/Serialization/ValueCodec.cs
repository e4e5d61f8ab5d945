namespace Orleans.OneMachine.Serialization;

internal delegate T ReadValue<out T>(ref WireReader reader);

/// <summary>A codec out of two delegates, for immutable values.</summary>
internal sealed class ValueCodec<T>(WireKind kind, Action<WireWriter, T> write, ReadValue<T> read) : Codec<T>
{
    public override WireKind Kind => kind;

    public override bool IsImmutable => true;

    public override void Write(WireWriter writer, T value) => write(writer, value);

    public override T Read(ref WireReader reader) => read(ref reader);
}
