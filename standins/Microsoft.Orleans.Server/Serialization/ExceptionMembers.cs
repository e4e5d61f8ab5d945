namespace Orleans.OneMachine.Serialization;

/// <summary>The numbered members of one exception type.</summary>
internal abstract class ExceptionMembers
{
    public abstract void Write(WireWriter writer, Exception exception);

    public abstract void Read(ref WireReader reader, Exception exception);
}

internal sealed class ExceptionMembers<T>(CodecProvider provider) : ExceptionMembers
    where T : Exception
{
    private readonly RecordMembers<T> _members = new(provider);

    public override void Write(WireWriter writer, Exception exception) => _members.Write(writer, (T)exception);

    public override void Read(ref WireReader reader, Exception exception)
    {
        var value = (T)exception;
        _members.Read(ref reader, ref value);
    }
}
