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
    private string _key = "";

    public Func<ClusterView> View { get; set; } = () => ClusterView.Empty;

    /// <summary>The desired state, given the version that the caller has.</summary>
    public Func<long, DesiredDocument> Desired { get; set; } = known => new DesiredDocument { Document = known == 0 ? null : DesiredStateJson.Write(DesiredState.Empty) };

    public Func<string, DesiredOutcome> Change { get; set; } = _ => throw new NotSupportedException("no change is scripted");

    /// <summary>What the router of a key remembers of a request.</summary>
    public Func<string, string, FeedbackEntry?> Asked { get; set; } = (_, _) => null;

    /// <summary>What is stored of feedback, by the grain's key.</summary>
    public ConcurrentDictionary<string, FeedbackEntry[]> Feedback { get; } = new();

    /// <summary>Where the router of a key holds a stream.</summary>
    public Func<string, string, HeldStreamPlace?> HeldAt { get; set; } = (_, _) => null;

    /// <summary>What the router of a key holds.</summary>
    public Func<string, HeldStreamSummary[]> HeldBy { get; set; } = _ => [];

    /// <summary>What routers were told to let go of: the router's key, the stream's id, and what it was to be older than.</summary>
    public ConcurrentQueue<(string Router, string Id, long BegunBefore)> HeldDrops { get; } = new();

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
                string key = (string)args![0]!;
                return targetMethod.GetGenericArguments()[0] switch
                {
                    var type when type == typeof(IDesiredStateGrain) => GrainOf<IDesiredStateGrain>(key),
                    var type when type == typeof(IAskedGrain) => GrainOf<IAskedGrain>(key),
                    var type when type == typeof(IFeedbackGrain) => GrainOf<IFeedbackGrain>(key),
                    var type when type == typeof(IHeldStreamsGrain) => GrainOf<IHeldStreamsGrain>(key),
                    _ => GrainOf<ICatalogGrain>(key),
                };
            case nameof(IHeldStreamsGrain.FindAsync):
                return Answer(() => _script.HeldAt(_key, (string)args![0]!));
            case nameof(IHeldStreamsGrain.ListAsync) when targetMethod!.ReturnType == typeof(Task<HeldStreamSummary[]>):
                return Answer(() => _script.HeldBy(_key));
            case nameof(IHeldStreamsGrain.DropAsync):
                _script.HeldDrops.Enqueue((_key, (string)args![0]!, (long)args[1]!));
                return Task.FromResult(true);
            case nameof(IAskedGrain.JudgeAsync):
                return Answer(() => _script.Asked(_key, (string)args![0]!) is { } asked ? asked with { Good = (bool)args[1]! } : null);
            case nameof(IFeedbackGrain.AddAsync):
                _script.Feedback[_key] = [.. _script.Feedback.GetValueOrDefault(_key, []), (FeedbackEntry)args![0]!];
                return Task.CompletedTask;
            case nameof(IFeedbackGrain.ListAsync):
                return Answer(() => _script.Feedback.GetValueOrDefault(_key, []));
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

    private T GrainOf<T>(string key)
        where T : class
    {
        var grain = Create<T, ScriptedCluster>();
        var script = (ScriptedCluster)(object)grain;
        (script._script, script._key) = (_script, key);
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
