using System.Collections.Frozen;
using System.Reflection;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Invocation;

/// <summary>One grain interface, the methods that it inherits included.</summary>
internal sealed class InterfaceModel
{
    private readonly FrozenDictionary<uint, MethodModel> _byId;

    public InterfaceModel(Type type, CodecProvider codecs)
    {
        Type = type;
        Name = NameOf(type);
        Methods = [.. type.GetInterfaces().Prepend(type)
            .SelectMany(static level => level.GetMethods(BindingFlags.Instance | BindingFlags.Public))
            .Where(static method => method.IsAbstract)
            .Select(method => method.IsGenericMethodDefinition
                ? throw new NotSupportedException($"{type}.{method.Name} is generic; grain methods are not, on one machine.")
                : new MethodModel(method, codecs))];
        if (Methods.GroupBy(static method => method.Id).FirstOrDefault(static group => group.Count() > 1) is { } clash)
            throw new NotSupportedException($"{string.Join(" and ", clash.Select(static method => method.Method))} of {type} have the same number; give one an [Id].");
        _byId = Methods.ToFrozenDictionary(static method => method.Id);
    }

    public Type Type { get; }

    public GrainInterfaceType Name { get; }

    public IReadOnlyList<MethodModel> Methods { get; }

    public static GrainInterfaceType NameOf(Type type) =>
        GrainInterfaceType.Create(type.GetCustomAttribute<AliasAttribute>()?.Alias ?? type.FullName ?? type.Name);

    public MethodModel? Find(uint id) => _byId.GetValueOrDefault(id);
}
