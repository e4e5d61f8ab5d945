using System.Runtime.CompilerServices;

namespace Orleans.OneMachine.Serialization;

/// <summary>
/// An exception: type name, message, stack trace, result code and inner exceptions, and the members of exceptions that are
/// themselves [GenerateSerializer]. A type that the reader lacks becomes a stand-in that keeps name and message.
/// </summary>
internal sealed class ExceptionCodec<T>(CodecProvider provider) : Codec<T?>
    where T : Exception
{
    public override bool IsImmutable => true;

    public override void Write(WireWriter writer, T? value)
    {
        writer.String(value is null ? null : TypeNames.Of(value.GetType()));
        if (value is null)
            return;
        writer.Enter();
        writer.String(value.Message);
        writer.String(value.StackTrace);
        writer.Int32(value.HResult);
        Exception[] inner = value is AggregateException several ? [.. several.InnerExceptions] : value.InnerException is { } one ? [one] : [];
        writer.Varint((ulong)inner.Length + 1);
        foreach (var exception in inner)
            provider.Get<Exception>().Write(writer, exception);
        var start = writer.BeginBlock();
        provider.ExceptionMembers(value.GetType())?.Write(writer, value);
        writer.EndBlock(start);
        writer.Leave();
    }

    public override T? Read(ref WireReader reader)
    {
        if (reader.String() is not { } name)
            return null;
        reader.Enter();
        var message = reader.String() ?? string.Empty;
        var stackTrace = reader.String();
        var hresult = reader.Int32();
        var inner = new Exception[Math.Max(0, reader.CountOrNull())];
        for (var i = 0; i < inner.Length; i++)
            inner[i] = provider.Get<Exception>().Read(ref reader)!;
        var members = new WireReader(reader.Take(reader.Int32()));
        reader.Leave();

        var exception = Create(name, message);
        ExceptionFields.Set(exception, message, stackTrace, hresult, inner);
        if (members.Remaining > 0 && exception is not UnavailableExceptionFallbackException)
            provider.ExceptionMembers(exception.GetType())?.Read(ref members, exception);
        return (T)exception;
    }

    private static Exception Create(string name, string message) =>
        TypeNames.Find(name) is { IsAbstract: false, ContainsGenericParameters: false } type && typeof(T).IsAssignableFrom(type)
            ? (Exception)RuntimeHelpers.GetUninitializedObject(type)
            : new UnavailableExceptionFallbackException(name, message);
}
