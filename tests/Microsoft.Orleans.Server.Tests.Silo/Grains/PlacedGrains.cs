using Orleans;
using Orleans.Placement;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

[ByNamePlacement]
internal sealed class PlacedGrain(ILocalSiloDetails silo) : Grain, IPlacedGrain
{
    public Task<string> SiloName() => Task.FromResult(silo.Name);
}

[PreferLocalPlacement]
internal sealed class LocalGrain(ILocalSiloDetails silo) : Grain, ILocalGrain
{
    public Task<string> SiloName() => Task.FromResult(silo.Name);
}
