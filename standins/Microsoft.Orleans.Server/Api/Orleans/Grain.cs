using Orleans.OneMachine.Activation;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Base of grain classes. Outside a silo (in a unit test) the context is absent, as with the official package.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    protected Grain()
        : this(GrainActivation.UnderConstruction!)
    {
    }

    protected Grain(IGrainContext grainContext, IGrainRuntime? grainRuntime = null)
    {
        GrainContext = grainContext;
        Runtime = grainRuntime ?? (grainContext as GrainActivation)?.Runtime!;
    }

    public IGrainContext GrainContext { get; }

    public GrainReference GrainReference => GrainContext.GrainReference;

    public string IdentityString => GrainContext?.GrainId.ToString() ?? string.Empty;

    public string RuntimeIdentity => Runtime?.SiloIdentity ?? string.Empty;

    protected IGrainFactory GrainFactory => Runtime.GrainFactory;

    protected IServiceProvider ServiceProvider => GrainContext?.ActivationServices ?? Runtime.ServiceProvider;

    internal IGrainRuntime Runtime { get; }

    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation once the calls that run now have ended.</summary>
    protected void DeactivateOnIdle() => Runtime.DeactivateOnIdle(GrainContext);

    /// <summary>Idle collection leaves this activation alone for that long; a negative span cancels an earlier one.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => Runtime.DelayDeactivation(GrainContext, timeSpan);
}
