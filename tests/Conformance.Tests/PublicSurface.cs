using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ExpertCluster.Conformance.Tests;

/// <summary>What an assembly shows to its users, as the lists write it.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<ApiType> Of(Assembly assembly) => assembly.GetTypes()
        .Where(IsVisible)
        .OrderBy(type => type.FullName, StringComparer.Ordinal)
        .Select(type => new ApiType(Declaration(type), [.. Bases(type)], [.. Members(type)]));

    // Protected nested types have no place in the official lists, although members may name them.
    private static bool IsVisible(Type type)
    {
        for (Type? t = type; t is not null; t = t.DeclaringType)
        {
            if (!(t.IsPublic || t.IsNestedPublic))
                return false;
        }
        return !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);
    }

    private static string Declaration(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsValueType: true } => "struct",
            { IsInterface: true } => "interface",
            _ when type.IsSubclassOf(typeof(Delegate)) => "delegate",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        return $"{kind} {type.Namespace}.{TypeNames.Of(type)}";
    }

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum)
            return [];
        IEnumerable<string> interfaces = type.GetInterfaces()
            .Where(contract => contract.IsVisible)
            .Select(TypeNames.Of)
            .Order(StringComparer.Ordinal);
        bool plain = type.BaseType is null || type.BaseType == typeof(object) || type.BaseType == typeof(ValueType)
            || type.BaseType == typeof(MulticastDelegate);
        return plain ? interfaces : interfaces.Prepend(TypeNames.Of(type.BaseType!));
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => (field.Name, Value: Convert.ToDecimal(field.GetRawConstantValue(), CultureInfo.InvariantCulture)))
                .OrderBy(member => member.Value)
                .Select(member => string.Create(CultureInfo.InvariantCulture, $"{member.Name} = {member.Value}"));
        }
        if (type.IsSubclassOf(typeof(Delegate)))
            return [MemberLines.Method(type.GetMethod("Invoke")!)];
        return type.GetConstructors(Declared).Where(MemberLines.IsVisible).Where(ctor => !ctor.IsStatic).Select(MemberLines.Constructor)
            .Concat(type.GetProperties(Declared).Where(MemberLines.IsVisible).Select(MemberLines.Property))
            .Concat(type.GetFields(Declared).Where(MemberLines.IsVisible).Select(MemberLines.Field))
            .Concat(type.GetMethods(Declared).Where(method => MemberLines.IsVisible(method) && !method.IsSpecialName)
                .Select(MemberLines.Method))
            .Order(StringComparer.Ordinal);
    }
}
