using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Orleans.OneMachine.Invocation;

/// <summary>Makes the references of one silo.</summary>
internal sealed class ReferenceFactory(InterfaceCatalog interfaces, Func<IGrainCaller> caller)
{
    private readonly ConcurrentDictionary<Type, Func<GrainId, GrainReference>> _makers = new();

    public static bool IsGrainInterface(Type type) =>
        type.IsInterface
        && typeof(IAddressable).IsAssignableFrom(type)
        && type.Assembly != typeof(IAddressable).Assembly | type == typeof(IManagementGrain);

    public GrainReference Reference(GrainId id, Type interfaceType) => _makers.GetOrAdd(interfaceType, Maker)(id);

    /// <summary>A reference that can be named and compared, but not called.</summary>
    public GrainReference Untyped(GrainId id) => Reference(id, typeof(IGrain));

    private Func<GrainId, GrainReference> Maker(Type interfaceType)
    {
        if (!typeof(IAddressable).IsAssignableFrom(interfaceType) || !interfaceType.IsInterface)
            throw new ArgumentException($"{interfaceType} is not a grain interface.", nameof(interfaceType));
        var model = interfaces.Of(interfaceType);
        var constructor = ProxyEmitter.Emit(model).GetConstructors()[0];
        var binding = new ReferenceBinding(model, caller(), this);
        return id => (GrainReference)constructor.Invoke([binding, id]);
    }
}
