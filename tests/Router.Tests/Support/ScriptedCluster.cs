using System.Collections.Concurrent;
using System.Reflection;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Fabric.Grains;
using Orleans;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>A grain factory whose grains answer what a test says: the view of the hosts.</summary>
public class ScriptedCluster : DispatchProxy
{
    private ScriptedCluster _script = null!;

    public Func<ClusterView> View { get; set; } = () => ClusterView.Empty;

    /// <summary>The desired state, given the version that the caller has.</summary>
    public Func<long, DesiredDocument> Desired { get; set; } = known => new DesiredDocument { Document = known == 0 ? null : DesiredStateJson.Write(DesiredState.Empty) };

    public Func<string, DesiredOutcome> Change { get; set; } = _ => throw new NotSupportedException("no change is scripted");

    /// <summary>What a router told of demand.</summary>
    public ConcurrentQueue<DemandReport> Told { get; } = new();

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
                return targetMethod.GetGenericArguments()[0] == typeof(IDesiredStateGrain) ? GrainOf<IDesiredStateGrain>() : GrainOf<ICatalogGrain>();
            case nameof(IDesiredStateGrain.GetAsync):
                return Answer(() => _script.Desired((long)args![0]!));
            case nameof(IDesiredStateGrain.ChangeAsync):
                return Answer(() => _script.Change((string)args![0]!));
            case nameof(ICatalogGrain.GetViewAsync):
                return Answer(_script.View);
            case nameof(ICatalogGrain.TellDemandAsync):
                _script.Told.Enqueue((DemandReport)args![0]!);
                return Task.CompletedTask;
            default:
                throw new NotSupportedException($"{targetMethod?.Name} is not scripted");
        }
    }

    private T GrainOf<T>()
        where T : class
    {
        var grain = Create<T, ScriptedCluster>();
        ((ScriptedCluster)(object)grain)._script = _script;
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
