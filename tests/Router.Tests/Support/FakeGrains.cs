using System.Reflection;
using ExpertCluster.Fabric.Grains;
using Orleans;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>
/// A grain factory that knows the same hosts for every expert. A proxy: of the interface's many members one is used.
/// </summary>
public class FakeGrains : DispatchProxy
{
    private string[] _addresses = [];

    /// <param name="addresses">The hosts' gRPC addresses; their names are host-0, host-1 and so on.</param>
    public static IGrainFactory Create(params string[] addresses)
    {
        var factory = Create<IGrainFactory, FakeGrains>();
        ((FakeGrains)(object)factory)._addresses = addresses;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod?.Name)
        {
            case nameof(IGrainFactory.GetGrain):
                var grain = Create<IExpertManagerGrain, FakeGrains>();
                ((FakeGrains)(object)grain)._addresses = _addresses;
                return grain;
            case nameof(IExpertManagerGrain.GetReplicasAsync):
                return Task.FromResult(_addresses
                    .Select((address, i) => new ExpertReplica { Expert = "law", Host = $"host-{i}", Address = address, Epoch = 1 }).ToArray());
            default:
                throw new NotSupportedException($"{targetMethod?.Name} is not faked");
        }
    }
}
