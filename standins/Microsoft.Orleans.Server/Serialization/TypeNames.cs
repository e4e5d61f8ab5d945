using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Orleans.OneMachine.Serialization;

/// <summary>Names of types on the wire: full name and assembly, without versions.</summary>
internal static partial class TypeNames
{
    private const int MaxLength = 2048;

    private static readonly ConcurrentDictionary<Type, string> Names = new();

    public static string Of(Type type) => Names.GetOrAdd(type, static type => VersionPart().Replace(type.AssemblyQualifiedName!, string.Empty));

    /// <summary>The type of that name in the assemblies that are loaded; null where there is none.</summary>
    public static Type? Find(string name)
    {
        if (name.Length > MaxLength)
            throw new MalformedDataException($"A type name is {name.Length} characters long; the limit is {MaxLength}.");
        return Type.GetType(
            name,
            assembly => AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(loaded => loaded.GetName().Name == assembly.Name),
            static (assembly, typeName, _) => assembly is null ? Type.GetType(typeName) : assembly.GetType(typeName),
            throwOnError: false);
    }

    [GeneratedRegex(", Version=[^,\\]]+, Culture=[^,\\]]+, PublicKeyToken=[^,\\]]+")]
    private static partial Regex VersionPart();
}
