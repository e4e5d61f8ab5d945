using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Orleans.Server.Tests.Support;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Internals;

public sealed class OneMachineTests
{
    public static TheoryData<string, Action<ISiloBuilder>> Refused => new()
    {
        { "Redis", static silo => silo.UseRedisClustering("localhost:6379") },
        { "Database", static silo => silo.UseAdoNetClustering(static options => options.Invariant = "Npgsql") },
        { "10.0.0.1", static silo => silo.UseLocalhostClustering(20001, 30001, new IPEndPoint(IPAddress.Parse("10.0.0.1"), 20001)) },
        { "10.0.0.2", static silo => silo.UseLocalhostClustering(20001).ConfigureEndpoints(IPAddress.Parse("10.0.0.2"), 20001, 30001) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Start_ForSeveralMachines_NamesTheWayOut(string named, Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(configure);
        using var host = builder.Build();
        var exception = await Assert.ThrowsAsync<OrleansConfigurationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.Contains("-p:OfficialPackages=true", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OfAnotherServiceInTheSameCluster_IsRefused()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var exception = await Assert.ThrowsAsync<OrleansConfigurationException>(() => cluster.AddAsync("B", static (_, silo) => silo.Configure<ClusterOptions>(static options => options.ServiceId = "other")));
        Assert.Contains("other", exception.Message, StringComparison.Ordinal);
    }
}
