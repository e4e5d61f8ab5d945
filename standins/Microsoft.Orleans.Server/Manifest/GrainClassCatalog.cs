using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.OneMachine.Invocation;
using Orleans.Runtime;

namespace Orleans.OneMachine.Manifest;

/// <summary>The grain classes that this silo can activate.</summary>
internal sealed class GrainClassCatalog
{
    private readonly FrozenDictionary<GrainType, GrainClass> _classes;

    public GrainClassCatalog(IOptions<GrainTypeOptions> options, IServiceProvider services)
    {
        var classes = new Dictionary<GrainType, GrainClass>();
        foreach (var type in options.Value.Classes)
        {
            var grainClass = Describe(type, services);
            if (!classes.TryAdd(grainClass.Info.Type, grainClass))
                throw new OrleansConfigurationException($"{type} and {classes[grainClass.Info.Type].Type} are both grain type '{grainClass.Info.Type}'; give one a [GrainType].");
        }
        _classes = classes.ToFrozenDictionary();
    }

    public GrainClassInfo[] Manifest => [.. _classes.Values.Select(static grainClass => grainClass.Info)];

    public bool TryGet(GrainType type, [NotNullWhen(true)] out GrainClass? grainClass) => _classes.TryGetValue(type, out grainClass);

    private static GrainClass Describe(Type type, IServiceProvider services)
    {
        var name = GrainNames.Of(type, services);
        var properties = new Dictionary<string, string>
        {
            [WellKnownGrainTypeProperties.TypeName] = type.Name,
            [WellKnownGrainTypeProperties.FullTypeName] = type.FullName!,
        };
        foreach (var attribute in type.GetCustomAttributes(inherit: true).OfType<IGrainPropertiesProviderAttribute>())
            attribute.Populate(services, type, name, properties);
        var interfaces = type.GetInterfaces().Where(ReferenceFactory.IsGrainInterface).Select(static implemented => InterfaceModel.NameOf(implemented).ToString());
        return new(type, new() { Type = name, Interfaces = [.. interfaces], Properties = properties });
    }
}
