using System.Reflection;
using ExpertCluster.Fabric.Grains;
using Orleans;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>A grain factory whose grains answer what a test says: the view of the hosts, and the replicas of each expert.</summary>
public class ScriptedCluster : DispatchProxy
{
    private ScriptedCluster _script = null!;
    private string _key = "";

    public Func<ClusterView> View { get; set; } = () => ClusterView.Empty;

    public Func<string, Task<ExpertReplica[]>> Replicas { get; set; } = _ => Task.FromResult<ExpertReplica[]>([]);

    /// <summary>Experts that were asked for, in order.</summary>
    public List<string> Asked { get; } = [];

    public IGrainFactory Factory { get; private set; } = null!;

    public static ScriptedCluster Start()
    {
        var factory = Create<IGrainFactory, ScriptedCluster>();
        var script = (ScriptedCluster)(object)factory;
        script._script = script;
        script.Factory = factory;
        return script;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod?.Name)
        {
            case nameof(IGrainFactory.GetGrain):
                return targetMethod.GetGenericArguments()[0] == typeof(ICatalogGrain) ? GrainOf<ICatalogGrain>("") : GrainOf<IExpertManagerGrain>((string)args![0]!);
            case nameof(ICatalogGrain.GetViewAsync):
                return Answer(_script.View);
            case nameof(IExpertManagerGrain.GetReplicasAsync):
                lock (_script.Asked)
                {
                    _script.Asked.Add(_key);
                }

                return _script.Replicas(_key);
            default:
                throw new NotSupportedException($"{targetMethod?.Name} is not scripted");
        }
    }

    private T GrainOf<T>(string key)
        where T : class
    {
        var grain = Create<T, ScriptedCluster>();
        ((ScriptedCluster)(object)grain)._script = _script;
        ((ScriptedCluster)(object)grain)._key = key;
        return grain;
    }

    private static Task<T> Answer<T>(Func<T> answer)
    {
        try
        {
            return Task.FromResult(answer());
        }
        catch (Exception error)
        {
            return Task.FromException<T>(error);
        }
    }
}
