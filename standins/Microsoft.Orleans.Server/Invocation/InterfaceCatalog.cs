using System.Collections.Concurrent;
using System.Collections.Frozen;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Invocation;

/// <summary>The grain interfaces that this process has, by type and by name. A model is made at first use.</summary>
internal sealed class InterfaceCatalog(IEnumerable<Type> interfaces, CodecProvider codecs)
{
    private readonly ConcurrentDictionary<Type, InterfaceModel> _models = new();
    private readonly FrozenDictionary<GrainInterfaceType, Type> _byName =
        interfaces.DistinctBy(InterfaceModel.NameOf).ToFrozenDictionary(InterfaceModel.NameOf);

    public InterfaceModel Of(Type type) => _models.GetOrAdd(type, static (type, codecs) => new InterfaceModel(type, codecs), codecs);

    public InterfaceModel? Find(GrainInterfaceType name) => _byName.TryGetValue(name, out var type) ? Of(type) : null;
}
