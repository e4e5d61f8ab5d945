namespace Orleans.OneMachine.Serialization;

/// <summary>Writes and reads the values of one type.</summary>
internal abstract class Codec
{
    public virtual WireKind Kind => WireKind.Block;

    /// <summary>Whether values may be shared between caller and grain instead of copied.</summary>
    public virtual bool IsImmutable => false;

    public abstract void WriteObject(WireWriter writer, object? value);

    public abstract object? ReadObject(ref WireReader reader);
}

internal abstract class Codec<T> : Codec
{
    public abstract void Write(WireWriter writer, T value);

    public abstract T Read(ref WireReader reader);

    public sealed override void WriteObject(WireWriter writer, object? value) => Write(writer, (T)value!);

    public sealed override object? ReadObject(ref WireReader reader) => Read(ref reader);
}
