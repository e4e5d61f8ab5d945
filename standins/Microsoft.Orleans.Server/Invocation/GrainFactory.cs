using Orleans.OneMachine.Manifest;
using Orleans.OneMachine.Membership;
using Orleans.Runtime;

namespace Orleans.OneMachine.Invocation;

/// <summary>The factory of one silo: knows from the member list which grain type an interface means.</summary>
internal sealed class GrainFactory(ReferenceFactory references, InterfaceCatalog interfaces, MembershipAgent agent, IServiceProvider services) : IClusterClient
{
    public IServiceProvider ServiceProvider => services;

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => (TGrainInterface)(IAddressable)Grain(typeof(TGrainInterface), GrainIdKeyExtensions.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => (TGrainInterface)(IAddressable)Grain(typeof(TGrainInterface), GrainIdKeyExtensions.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => (TGrainInterface)(IAddressable)Grain(typeof(TGrainInterface), StringKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => (TGrainInterface)(IAddressable)references.Reference(grainId, typeof(TGrainInterface));

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) => interfaces.Find(interfaceType) is { } model
        ? references.Reference(grainId, model.Type)
        : throw new ArgumentException($"This silo does not know the interface {interfaceType}.", nameof(interfaceType));

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) => (IGrain)Grain(grainInterfaceType, GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey), null);

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) => (IGrain)Grain(grainInterfaceType, GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey), null);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => (IGrain)Grain(grainInterfaceType, StringKey(grainPrimaryKey), null);

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey) => Grain(interfaceType, grainKey, null);

    private static IdSpan StringKey(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return IdSpan.Create(key);
    }

    private GrainReference Grain(Type interfaceType, IdSpan key, string? prefix) =>
        references.Reference(GrainId.Create(TypeOf(interfaceType, prefix), key), interfaceType);

    private GrainType TypeOf(Type interfaceType, string? prefix)
    {
        var name = InterfaceModel.NameOf(interfaceType);
        var state = agent.Current;
        var found = state.Implementations(name).ToArray();
        if (prefix is not null)
            found = [.. found.Where(type => state.Grain(type)!.Info.Properties[Metadata.WellKnownGrainTypeProperties.FullTypeName].StartsWith(prefix, StringComparison.Ordinal))];
        return found switch
        {
            [var only] => only,
            [] => throw new ArgumentException($"Could not find an implementation for interface {name}"),
            _ when found.Contains(GrainNames.ByConvention(name.ToString())) => GrainNames.ByConvention(name.ToString()),
            _ => throw new ArgumentException($"Several classes implement interface {name}: {string.Join(", ", found)}. Name one by a class name prefix."),
        };
    }
}
