using Microsoft.Extensions.DependencyInjection;
using Microsoft.Orleans.Server.Tests.Support;
using Orleans;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

public sealed class PlacementTests
{
    [Fact]
    public async Task OwnDirector_FromEverySilo_DecidesOnTheCallingOne()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        for (var silo = 0; silo < 3; silo++)
        {
            foreach (var name in new[] { "A", "B", "C" })
                Assert.Equal(name, await cluster.Factory(silo).GetGrain<IPlacedGrain>($"{name}-{silo}").SiloName());
        }
        Assert.Equal(1, cluster.Journal.Count("placing A-1 on behalf of B"));
        Assert.Equal(1, cluster.Journal.Count("placing C-0 on behalf of A"));
    }

    [Fact]
    public async Task OwnDirector_FromASiloWithoutTheClass_IsFoundByName()
    {
        await using var cluster = await TestCluster.StartAsync(3, (name, silo) =>
        {
            if (name == "A")
                TestCluster.Without<IPlacedGrain>(silo);
        });
        Assert.Equal("C", await cluster.Factory(0).GetGrain<IPlacedGrain>("C-grain").SiloName());
        // The director finds no compatible silo of that name, and its own failure reaches the caller.
        await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.Factory(0).GetGrain<IPlacedGrain>("A-grain").SiloName());
    }

    [Fact]
    public async Task PreferLocal_OnEachSilo_StaysThere()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        for (var silo = 0; silo < 3; silo++)
            Assert.Equal(((char)('A' + silo)).ToString(), await cluster.Factory(silo).GetGrain<ILocalGrain>($"local{silo}").SiloName());
    }

    [Fact]
    public async Task ManagementGrain_GetHosts_NamesEveryMember()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var gone = cluster.Address(2);
        await cluster.StopAsync(2);
        await cluster.SeenByAllAsync(2);
        var hosts = await cluster.Factory(1).GetGrain<IManagementGrain>(0).GetHosts();
        Assert.Equal(SiloStatus.Active, hosts[cluster.Address(0)]);
        Assert.Equal(SiloStatus.Active, hosts[cluster.Address(1)]);
        Assert.Equal(SiloStatus.Dead, hosts.GetValueOrDefault(gone, SiloStatus.Dead));
        var active = await cluster.Factory(1).GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        Assert.Equal(new HashSet<SiloAddress> { cluster.Address(0), cluster.Address(1) }, active.Keys.ToHashSet());
        Assert.All(active.Values, static status => Assert.Equal(SiloStatus.Active, status));
    }

    [Fact]
    public async Task LocalSiloDetails_OfEachSilo_SayWhatTheMembersSay()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var members = cluster.Silos[0].Services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members;
        for (var silo = 0; silo < 3; silo++)
        {
            var details = cluster.Silos[silo].Services.GetRequiredService<ILocalSiloDetails>();
            Assert.Equal(((char)('A' + silo)).ToString(), details.Name);
            Assert.Equal(details.Name, members[details.SiloAddress].Name);
            Assert.Equal("tests", details.ClusterId);
            Assert.Equal(System.Net.IPAddress.Loopback, details.SiloAddress.Endpoint.Address);
            Assert.NotEqual(0, details.SiloAddress.Generation);
        }
        Assert.Equal(3, members.Count);
    }
}
