using Microsoft.Extensions.DependencyInjection;
using Microsoft.Orleans.Server.Tests.Support;
using Orleans;
using Orleans.OneMachine.Directory;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Internals;

public sealed class StaleEntryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task DirectoryEntry_OfAnActivationThatIsNot_HealsWithTheNextCall(int silo)
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var directory = cluster.Silos[0].Services.GetRequiredService<GrainDirectoryTable>();
        var grain = cluster.Factory(0).GetGrain<IProbeGrain>("stale");
        var stale = new GrainAddress { GrainId = grain.GetGrainId(), ActivationId = ActivationId.NewId(), SiloAddress = cluster.Address(silo) };
        Assert.Equal(stale, directory.Register(stale));

        Assert.Equal(cluster.Address(silo), (await grain.Describe()).Silo);
        Assert.NotEqual(stale, directory.Find(grain.GetGrainId()));
        Assert.Equal(cluster.Address(silo), (await cluster.Factory(1).GetGrain<IProbeGrain>("stale").Describe()).Silo);
        Assert.Equal(1, cluster.Journal.Count("activated stale"));
    }
}
