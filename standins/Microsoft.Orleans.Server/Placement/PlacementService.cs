using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.OneMachine.Membership;
using Orleans.OneMachine.Messaging;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orleans.OneMachine.Placement;

/// <summary>Chooses the silo of a grain that is active nowhere, by the strategy that its class has published.</summary>
internal sealed class PlacementService(LocalSilo local, MembershipAgent agent, IServiceProvider services)
{
    private readonly ConcurrentDictionary<GrainType, (PlacementStrategy Strategy, IPlacementDirector Director)> _resolved = new();

    public async Task<SiloAddress> PlaceAsync(OutgoingCall call)
    {
        var state = agent.Current;
        var context = new PlacementContext(local, state);
        var target = new PlacementTarget(call.Target, new(call.Context), call.Interface, 0);
        if (state.Grain(call.Target.Type) is not { } grain)
        {
            context.GetCompatibleSilos(target);
            throw new OrleansException($"No silo has {call.Target.Type}.");
        }
        var (strategy, director) = _resolved.TryGetValue(call.Target.Type, out var known)
            ? known
            : _resolved.GetOrAdd(call.Target.Type, Resolve(grain.Info.Properties));
        var silo = await director.OnAddActivation(strategy, target, context).ConfigureAwait(false);
        return grain.Silos.Contains(silo)
            ? silo
            : throw new OrleansException($"{director.GetType()} placed {call.Target} on {silo}, which is not one of its compatible silos.");
    }

    private (PlacementStrategy, IPlacementDirector) Resolve(Dictionary<string, string> properties)
    {
        var name = properties.GetValueOrDefault(WellKnownGrainTypeProperties.PlacementStrategy, nameof(RandomPlacement));
        var strategy = services.GetKeyedService<PlacementStrategy>(name)
            ?? throw new OrleansException($"The placement strategy {name} is not registered on this silo; every silo that calls such grains needs AddPlacementDirector.");
        strategy.Initialize(new(properties.ToImmutableDictionary()));
        return (strategy, services.GetRequiredKeyedService<IPlacementDirector>(strategy.GetType()));
    }
}
