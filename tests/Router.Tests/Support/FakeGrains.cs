using System.Reflection;
using ExpertCluster.Cluster.Grains;
using Orleans;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>
/// A grain factory that knows one host for every expert. A proxy, since the official interface has more members than the
/// stand-in's, and a test must compile with both.
/// </summary>
public class FakeGrains : DispatchProxy
{
    private string _address = "";

    /// <param name="address">The host's gRPC address.</param>
    public static IGrainFactory Create(string address)
    {
        var factory = Create<IGrainFactory, FakeGrains>();
        ((FakeGrains)(object)factory)._address = address;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod?.Name)
        {
            case nameof(IGrainFactory.GetGrain):
                var grain = Create<IExpertManagerGrain, FakeGrains>();
                ((FakeGrains)(object)grain)._address = _address;
                return grain;
            case nameof(IExpertManagerGrain.GetReplicasAsync):
                return Task.FromResult(new[] { new ExpertReplica { Expert = "law", Host = "a", Address = _address, Epoch = 1 } });
            default:
                throw new NotSupportedException($"{targetMethod?.Name} is not faked");
        }
    }
}
