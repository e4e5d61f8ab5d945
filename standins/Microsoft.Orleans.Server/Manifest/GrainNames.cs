using System.Reflection;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Orleans.OneMachine.Manifest;

/// <summary>How grain classes are named in the cluster.</summary>
internal static class GrainNames
{
    private const string Suffix = "grain";

    public static GrainType Of(Type grainClass, IServiceProvider services)
    {
        if (grainClass.GetCustomAttributes().OfType<IGrainTypeProviderAttribute>().FirstOrDefault() is { } named)
            return named.GetGrainType(services, grainClass);
        return GrainType.Create(WithoutSuffix(grainClass.Name.ToLowerInvariant()));
    }

    /// <summary>The grain type that an interface means by its name alone: IFooGrain is "foo".</summary>
    public static GrainType ByConvention(string interfaceName)
    {
        var name = interfaceName[(interfaceName.LastIndexOfAny(['.', '+']) + 1)..].ToLowerInvariant();
        return GrainType.Create(WithoutSuffix(name.StartsWith('i') ? name[1..] : name));
    }

    private static string WithoutSuffix(string name) => name.EndsWith(Suffix, StringComparison.Ordinal) && name.Length > Suffix.Length ? name[..^Suffix.Length] : name;
}
