using System.Collections.Concurrent;
using Orleans.OneMachine.Activation;
using Orleans.OneMachine.Directory;
using Orleans.OneMachine.Membership;
using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Placement;

/// <summary>Where to send a call: to a known activation, or to the silo where one is to be made.</summary>
internal readonly record struct Destination(SiloAddress Silo, bool IsNewPlacement);

/// <summary>Finds the silo of a grain: here, in the cache, in the directory, by placement; in this order.</summary>
internal sealed class GrainLocator(LocalSilo local, Catalog catalog, LocationCache cache, DirectoryClient directory, PlacementService placement)
{
    // One question a grain at a time, however many calls wait for the answer.
    private readonly ConcurrentDictionary<GrainId, Lazy<Task<Destination>>> _asked = new();

    public ValueTask<Destination> FindAsync(OutgoingCall call)
    {
        if (catalog.Has(call.Target))
            return new(new Destination(local.SiloAddress, false));
        return cache.Find(call.Target) is { } silo ? new(new Destination(silo, false)) : new(AskAsync(call));
    }

    public void Learn(GrainId grain, SiloAddress silo) => cache.Learn(grain, silo);

    /// <summary>The silo says that it has no such activation, and perhaps who has.</summary>
    public void Correct(GrainId grain, SiloAddress wrong, GrainAddress? right)
    {
        cache.Forget(grain, wrong);
        if (right?.SiloAddress is { } silo && !silo.Equals(wrong))
            cache.Learn(grain, silo);
    }

    private Task<Destination> AskAsync(OutgoingCall call)
    {
        var asked = _asked.GetOrAdd(call.Target, _ => new(() => LookUpAsync(call)));
        return asked.Value;
    }

    private async Task<Destination> LookUpAsync(OutgoingCall call)
    {
        try
        {
            return await directory.FindAsync(call.Target).ConfigureAwait(false) is { SiloAddress: { } silo }
                ? new(silo, false)
                : new(await placement.PlaceAsync(call).ConfigureAwait(false), true);
        }
        finally
        {
            _asked.TryRemove(call.Target, out _);
        }
    }
}
