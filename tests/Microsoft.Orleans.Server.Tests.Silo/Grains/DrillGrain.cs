using Orleans;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

internal sealed class DrillGrain(ILocalSiloDetails silo) : Grain, IDrillGrain
{
    private readonly Guid _activation = Guid.NewGuid();
    private int _turn;

    public async Task<DrillAnswer> Say()
    {
        var turn = _turn + 1;
        // A second turn at the same time would count the same number.
        await Task.Yield();
        _turn = turn;
        return new(silo.SiloAddress, _activation, turn, TimeProvider.System.GetTimestamp());
    }

    public Task<DrillAnswer> Ask(string other) => GrainFactory.GetGrain<IDrillGrain>(other).Say();
}
