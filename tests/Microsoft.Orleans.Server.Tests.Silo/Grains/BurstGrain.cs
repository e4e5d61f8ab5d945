using Orleans;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

[ByNamePlacement]
internal sealed class BurstGrain(IClusterMembershipService membership) : Grain, IBurstGrain
{
    public Task<int> Process() => Task.FromResult(Environment.ProcessId);

    public Task<int[]> Increment(string key, int calls) =>
        Task.WhenAll(Enumerable.Range(0, calls).Select(_ => GrainFactory.GetGrain<IProbeGrain>(key).Increment()));

    public Task Nag(string key)
    {
        var victim = GrainFactory.GetGrain<IProbeGrain>(key);
        this.RegisterGrainTimer(static (victim, _) => victim.Increment(), victim, new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(5)) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task<int> ActiveSilos() =>
        Task.FromResult(membership.CurrentSnapshot.Members.Values.Count(static member => member.Status == SiloStatus.Active));
}
