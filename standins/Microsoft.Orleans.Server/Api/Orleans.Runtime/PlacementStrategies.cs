using Orleans.Metadata;

namespace Orleans.Runtime;

/// <summary>Names a way to choose silos; the director that is registered for its type does the choosing.</summary>
public abstract class PlacementStrategy
{
    public virtual bool IsUsingGrainDirectory => true;

    /// <summary>Takes the settings that <see cref="PopulateGrainProperties"/> published, on whichever silo places.</summary>
    public virtual void Initialize(GrainProperties properties)
    {
    }

    public virtual void PopulateGrainProperties(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        properties[WellKnownGrainTypeProperties.PlacementStrategy] = GetType().Name;
    }
}

/// <summary>Any compatible silo; what applies where a class says nothing.</summary>
public sealed class RandomPlacement : PlacementStrategy;

/// <summary>The calling silo where it is compatible, else a random one.</summary>
public sealed class PreferLocalPlacement : PlacementStrategy;
