using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ExpertCluster.Conformance.Tests;

/// <summary>The line of one member. Operators, events' accessors and explicit interface members have none.</summary>
internal static class MemberLines
{
    public static bool IsVisible(MethodBase method) => method.IsPublic || IsProtected(method);

    public static bool IsVisible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    public static bool IsVisible(PropertyInfo property) => property.GetAccessors(nonPublic: true).Any(IsVisible);

    public static string Constructor(ConstructorInfo ctor) => $".ctor({Parameters(ctor)}){Mark(ctor)}";

    public static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethod
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(TypeNames.Of))}>" : "";
        return $"{Modifier(method)}{TypeNames.Of(method.ReturnType)} {method.Name}{generic}({Parameters(method)}){Mark(method)}";
    }

    public static string Property(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(IsVisible)];
        string get = accessors.Contains(property.GetMethod) ? "get; " : "";
        string set = accessors.Contains(property.SetMethod) ? "set; " : "";
        string mark = accessors.All(IsProtected) ? Mark(accessors[0]) : "";
        return $"{Modifier(accessors[0])}{TypeNames.Of(property.PropertyType)} {property.Name} {{ {get}{set}}}{mark}";
    }

    public static string Field(FieldInfo field)
    {
        string modifier = field.IsLiteral ? "const " : field.IsStatic ? "static " : "";
        return $"{modifier}{TypeNames.Of(field.FieldType)} {field.Name}{(field.IsPublic ? "" : "  // protected")}";
    }

    private static bool IsProtected(MethodBase method) => method.IsFamily || method.IsFamilyOrAssembly;

    private static string Mark(MethodBase method) => method.IsPublic ? "" : "  // protected";

    private static string Modifier(MethodInfo method) => method switch
    {
        { IsStatic: true } => "static ",
        { DeclaringType.IsInterface: true } => "",
        { IsAbstract: true } => "abstract ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => "",
    };

    private static string Parameters(MethodBase method)
    {
        string text = string.Join(", ", method.GetParameters().Select(Parameter));
        return method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " + text : text;
    }

    private static string Parameter(ParameterInfo parameter)
    {
        string passing = (parameter.ParameterType.IsByRef, parameter.IsOut) switch
        {
            (true, true) => "out ",
            (true, false) => "ref ",
            _ => "",
        };
        string fallback = parameter.HasDefaultValue
            ? " = " + (Convert.ToString(parameter.DefaultValue, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "default")
            : "";
        return $"{passing}{TypeNames.Of(parameter.ParameterType)} {parameter.Name}{fallback}";
    }
}
