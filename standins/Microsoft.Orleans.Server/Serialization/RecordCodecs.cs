using System.Reflection;

namespace Orleans.OneMachine.Serialization;

/// <summary>A [GenerateSerializer] struct.</summary>
internal sealed class StructCodec<T>(CodecProvider provider) : Codec<T>
    where T : struct
{
    private readonly RecordMembers<T> _members = new(provider);

    public override bool IsImmutable { get; } = typeof(T).IsDefined(typeof(ImmutableAttribute));

    public override void Write(WireWriter writer, T value) => _members.Write(writer, value);

    public override T Read(ref WireReader reader)
    {
        var value = default(T);
        _members.Read(ref reader, ref value);
        return value;
    }
}

/// <summary>
/// A reference type: a [GenerateSerializer] class, or an interface, abstract class or object whose values name their type.
/// </summary>
internal sealed class ClassCodec<T>(CodecProvider provider, bool hasMembers) : Codec<T?>
    where T : class
{
    private const byte Null = 0;
    private const byte Exact = 1;
    private const byte Named = 2;

    private readonly RecordMembers<T>? _members = hasMembers ? new(provider) : null;

    public override bool IsImmutable { get; } = typeof(T).IsSealed && typeof(T).IsDefined(typeof(ImmutableAttribute));

    public override void Write(WireWriter writer, T? value)
    {
        if (value is null)
        {
            writer.Byte(Null);
        }
        else if (_members is not null && value.GetType() == typeof(T))
        {
            writer.Byte(Exact);
            _members.Write(writer, value);
        }
        else
        {
            WriteNamed(writer, value);
        }
    }

    public override T? Read(ref WireReader reader) => reader.Byte() switch
    {
        Null => null,
        Exact when _members is not null => ReadMembers(ref reader),
        Named => ReadNamed(ref reader),
        var marker => throw new MalformedDataException($"Unknown marker {marker} for a value of {typeof(T)}."),
    };

    private void WriteNamed(WireWriter writer, T value)
    {
        var type = CodecProvider.WireTypeOf(value);
        var codec = provider.Get(type);
        writer.Enter();
        writer.Byte(Named);
        writer.String(TypeNames.Of(type));
        codec.WriteObject(writer, value);
        writer.Leave();
    }

    private T ReadMembers(ref WireReader reader)
    {
        var value = _members!.Create();
        _members.Read(ref reader, ref value);
        return value;
    }

    private T? ReadNamed(ref WireReader reader)
    {
        var name = reader.RequiredString();
        var type = TypeNames.Find(name) ?? throw new MalformedDataException($"This process does not have the type {name}.");
        if (!typeof(T).IsAssignableFrom(type))
            throw new MalformedDataException($"{name} came where {typeof(T)} was expected.");
        reader.Enter();
        var value = provider.Get(type).ReadObject(ref reader);
        reader.Leave();
        return (T?)value;
    }
}
