using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.OneMachine.Serialization;

/// <summary>The members of one [GenerateSerializer] type, its bases first, each level ended by a zero.</summary>
internal sealed class RecordMembers<T>
{
    private readonly MemberCodec<T>[][] _levels;
    private readonly Func<T> _create;

    public RecordMembers(CodecProvider provider)
    {
        _levels = [.. MemberDiscovery.Levels(typeof(T)).Select(level => MemberDiscovery.Of(level).Select(found => Bind(provider, found.Id, found.Member)).ToArray())];
        _create = Creator();
    }

    public T Create() => _create();

    public void Write(WireWriter writer, T value)
    {
        writer.Enter();
        foreach (var level in _levels)
        {
            foreach (var member in level)
                member.Write(writer, ref value);
            writer.Varint(0);
        }
        writer.Leave();
    }

    public void Read(ref WireReader reader, ref T value)
    {
        reader.Enter();
        foreach (var level in _levels)
        {
            var next = 0;
            while (reader.Varint() is var tag and not 0)
            {
                var kind = (WireKind)(tag & 7);
                if (Find(level, (tag >> 3) - 1, ref next) is { } member)
                    member.Read(ref reader, kind, ref value);
                else
                    reader.Skip(kind);
            }
        }
        reader.Leave();
    }

    // Members come in the order of their ids, as a rule; the search starts where the last one was found.
    private static MemberCodec<T>? Find(MemberCodec<T>[] level, ulong id, ref int next)
    {
        for (var i = 0; i < level.Length; i++)
        {
            var index = (next + i) % level.Length;
            if (level[index].Id != id)
                continue;
            next = index + 1;
            return level[index];
        }
        return null;
    }

    private static MemberCodec<T> Bind(CodecProvider provider, uint id, MemberInfo member)
    {
        var memberType = member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;
        var bind = typeof(RecordMembers<T>).GetMethod(nameof(BindOf), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(memberType);
        return (MemberCodec<T>)bind.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [provider, id, member], null)!;
    }

    private static MemberCodec<T, TMember> BindOf<TMember>(CodecProvider provider, uint id, MemberInfo member) => member is FieldInfo field
        ? new(id, field.Name, provider, MemberAccess.Getter<T, TMember>(field), MemberAccess.Setter<T, TMember>(field))
        : new(id, member.Name, provider, MemberAccess.Getter<T, TMember>((PropertyInfo)member), MemberAccess.Setter<T, TMember>((PropertyInfo)member));

    private static Func<T> Creator()
    {
        if (typeof(T).IsValueType)
            return static () => default!;
        var constructor = typeof(T).GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, Type.EmptyTypes);
        return constructor is null || typeof(T).IsAbstract
            ? static () => (T)RuntimeHelpers.GetUninitializedObject(typeof(T))
            : System.Linq.Expressions.Expression.Lambda<Func<T>>(System.Linq.Expressions.Expression.New(constructor)).Compile();
    }
}
