using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orleans.OneMachine.Placement;

internal sealed class PreferLocalPlacementDirector : IPlacementDirector
{
    private readonly RandomPlacementDirector _elsewhere = new();

    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
        context.LocalSiloStatus == SiloStatus.Active && context.GetCompatibleSilos(target).Contains(context.LocalSilo)
            ? Task.FromResult(context.LocalSilo)
            : _elsewhere.OnAddActivation(strategy, target, context);
}
