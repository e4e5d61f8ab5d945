using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans.OneMachine.Activation;

internal sealed class GrainRuntime(ILocalSiloDetails local, IGrainFactory factory, ITimerRegistry timers, IServiceProvider services, TimeProvider time) : IGrainRuntime
{
    public string SiloIdentity => local.SiloAddress.ToString();

    public SiloAddress SiloAddress => local.SiloAddress;

    public IGrainFactory GrainFactory => factory;

    public ITimerRegistry TimerRegistry => timers;

    public IServiceProvider ServiceProvider => services;

    public TimeProvider TimeProvider => time;

    public void DeactivateOnIdle(IGrainContext grainContext) =>
        GrainActivation.Of(grainContext).Deactivate(new(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateOnIdle)} was called."));

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan) => GrainActivation.Of(grainContext).Delay(timeSpan);
}
