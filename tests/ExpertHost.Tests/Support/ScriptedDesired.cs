using System.Reflection;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Fabric.Grains;
using Orleans;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>A grain factory that knows the grain of the desired state alone, which says what a test says.</summary>
public class ScriptedDesired : DispatchProxy
{
    private ScriptedDesired _script = null!;

    /// <summary>Null: it can't be reached.</summary>
    internal DesiredState? State { get; set; } = DesiredState.Empty;

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    /// <summary>Answers wait for it.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    public static (IGrainFactory Grains, ScriptedDesired Script) Create()
    {
        var factory = Create<IGrainFactory, ScriptedDesired>();
        var script = (ScriptedDesired)(object)factory;
        script._script = script;
        return (factory, script);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod?.Name)
        {
            case nameof(IGrainFactory.GetGrain):
                var grain = Create<IDesiredStateGrain, ScriptedDesired>();
                ((ScriptedDesired)(object)grain)._script = _script;
                return grain;
            case nameof(IDesiredStateGrain.GetAsync):
                _script.Asked++;
                return _script.AnswerAsync((long)args![0]!);
            default:
                throw new NotSupportedException($"{targetMethod?.Name} is not scripted");
        }
    }

    private async Task<DesiredDocument> AnswerAsync(long known)
    {
        await Until;
        return State is not { } state ? throw new TimeoutException("scripted")
            : new DesiredDocument { Version = state.Version, Document = known == state.Version ? null : DesiredStateJson.Write(state) };
    }
}
