using System.Security.Cryptography;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orleans.OneMachine.Placement;

internal sealed class RandomPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        return Task.FromResult(silos[RandomNumberGenerator.GetInt32(silos.Length)]);
    }
}
