using Orleans.Runtime;

namespace Orleans.Metadata;

/// <summary>An attribute that adds to the published properties of the grain class that carries it.</summary>
public interface IGrainPropertiesProviderAttribute
{
    void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties);
}

/// <summary>An attribute that names a grain class.</summary>
public interface IGrainTypeProviderAttribute
{
    GrainType GetGrainType(IServiceProvider services, Type type);
}

/// <summary>Keys of <see cref="GrainProperties"/>.</summary>
public static class WellKnownGrainTypeProperties
{
    public const string TypeName = "type-name";
    public const string FullTypeName = "full-type-name";
    public const string PlacementStrategy = "placement-strategy";
    public const string ImplementedInterfacePrefix = "interface.";
    public const string IdleDeactivationPeriod = "idle-duration";
    public const string IndefiniteIdleDeactivationPeriodValue = "indefinite";
    public const string Reentrant = "reentrant";
}
