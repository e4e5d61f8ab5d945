using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.OneMachine.Serialization;

/// <summary>Finds what of a type travels: members with an id, and the primary-constructor parameters of records.</summary>
internal static class MemberDiscovery
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // Parameters without an id are numbered by position, in a range of their own.
    private const uint ParameterIds = 1u << 24;

    /// <summary>The members that <paramref name="level"/> itself declares, in the order of their ids.</summary>
    public static IReadOnlyList<(uint Id, MemberInfo Member)> Of(Type level)
    {
        var found = new SortedDictionary<uint, MemberInfo>();
        foreach (var member in level.GetMembers(Declared).Where(static member => member is PropertyInfo or FieldInfo))
        {
            if (member.GetCustomAttribute<IdAttribute>() is { } id && !found.TryAdd(id.Id, Storage(level, member)))
                throw new CodecNotFoundException($"{level} numbers two members {id.Id}; an [Id] is unique within its type.");
        }
        foreach (var (position, property) in ParameterProperties(level))
            found.TryAdd(ParameterIds + position, Storage(level, property));
        return [.. found.Select(static pair => (pair.Key, pair.Value))];
    }

    /// <summary>The hierarchy from the first serializable base down to <paramref name="type"/>.</summary>
    public static IReadOnlyList<Type> Levels(Type type)
    {
        var levels = new Stack<Type>();
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            if (level.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
                levels.Push(level);
        }
        return [.. levels];
    }

    private static IEnumerable<(uint Position, PropertyInfo Property)> ParameterProperties(Type level)
    {
        var marked = level.GetCustomAttribute<GenerateSerializerAttribute>(inherit: false);
        if (marked is null || !(IsRecord(level) || marked.IncludePrimaryConstructorParameters))
            yield break;
        var constructor = level.GetConstructors(Declared)
            .Where(candidate => candidate.GetParameters() is { Length: > 0 } parameters && parameters[0].ParameterType != level)
            .FirstOrDefault(candidate => candidate.GetParameters().All(parameter => level.GetProperty(parameter.Name!, Declared & ~BindingFlags.DeclaredOnly) is not null));
        if (constructor is null)
            yield break;
        foreach (var parameter in constructor.GetParameters())
        {
            // A parameter that a derived record hands to its base is the base's member.
            if (level.GetProperty(parameter.Name!, Declared) is { } property && property.GetCustomAttribute<IdAttribute>() is null && BackingField(level, property) is not null)
                yield return ((uint)parameter.Position, property);
        }
    }

    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", Declared) is { } print && print.IsDefined(typeof(CompilerGeneratedAttribute));

    private static MemberInfo Storage(Type level, MemberInfo member) => member switch
    {
        FieldInfo field => field,
        PropertyInfo property when BackingField(level, property) is { } field => field,
        PropertyInfo { CanRead: true, CanWrite: true } property => property,
        _ => throw new CodecNotFoundException($"{level}.{member.Name} has an [Id] but can not be both read and written."),
    };

    private static FieldInfo? BackingField(Type level, PropertyInfo property) => level.GetField($"<{property.Name}>k__BackingField", Declared);
}
