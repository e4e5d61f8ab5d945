namespace Orleans.Runtime.Placement;

/// <summary>Chooses the silo of a new activation. Runs on the calling silo.</summary>
public interface IPlacementDirector
{
    Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context);
}

/// <summary>What a director may ask.</summary>
public interface IPlacementContext
{
    SiloAddress LocalSilo { get; }

    SiloStatus LocalSiloStatus { get; }

    /// <summary>The active silos that have the grain's class; throws where there is none.</summary>
    SiloAddress[] GetCompatibleSilos(PlacementTarget target);

    IReadOnlyDictionary<ushort, SiloAddress[]> GetCompatibleSilosWithVersions(PlacementTarget target);
}

/// <summary>The grain to place, and the call that makes it necessary.</summary>
public readonly struct PlacementTarget
{
    public PlacementTarget(GrainId grainIdentity, Dictionary<string, object> requestContextData, GrainInterfaceType interfaceType, ushort interfaceVersion)
    {
        GrainIdentity = grainIdentity;
        RequestContextData = requestContextData;
        InterfaceType = interfaceType;
        InterfaceVersion = interfaceVersion;
    }

    public GrainId GrainIdentity { get; }

    public GrainInterfaceType InterfaceType { get; }

    public ushort InterfaceVersion { get; }

    public Dictionary<string, object> RequestContextData { get; }
}
