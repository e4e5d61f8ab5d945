using Orleans.Runtime;

namespace Orleans.OneMachine.Activation;

/// <summary>Lets services of an activation's scope know their activation.</summary>
internal sealed class ScopedGrainContext
{
    public IGrainContext? Context { get; set; }
}

internal sealed class GrainContextAccessor : IGrainContextAccessor
{
    public IGrainContext GrainContext => GrainActivation.Current!;
}
