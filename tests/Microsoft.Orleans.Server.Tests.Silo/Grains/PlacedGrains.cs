using Orleans;
using Orleans.Placement;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

[ByNamePlacement]
internal sealed class PlacedGrain(ILocalSiloDetails silo) : Grain, IPlacedGrain
{
    public Task<string> SiloName() => Task.FromResult(silo.Name);
}

[ByNamePlacement]
internal sealed class BurstGrain : Grain, IBurstGrain
{
    public Task<int> Process() => Task.FromResult(Environment.ProcessId);

    public Task<int[]> Increment(string key, int calls) =>
        Task.WhenAll(Enumerable.Range(0, calls).Select(_ => GrainFactory.GetGrain<IProbeGrain>(key).Increment()));
}

[PreferLocalPlacement]
internal sealed class LocalGrain(ILocalSiloDetails silo) : Grain, ILocalGrain
{
    public Task<string> SiloName() => Task.FromResult(silo.Name);
}
