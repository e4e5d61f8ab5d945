using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using ExpertCluster.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace ExpertCluster.Node.Tests.Membership;

public sealed class SiloClusteringTests : IDisposable
{
    private readonly TemporaryFolder _prepared = new();

    public void Dispose() => _prepared.Dispose();

    [Theory]
    [InlineData("redis")]
    [InlineData("postgres")]
    public void Build_SeveralMachines_TellsTheSiloWhereOthersReachIt(string clustering)
    {
        using var app = (IDisposable)Node(clustering);
        var services = ((WebApplication)app).Services;

        var endpoints = services.GetRequiredService<IOptions<EndpointOptions>>().Value;
        var cluster = services.GetRequiredService<IOptions<ClusterOptions>>().Value;

        Assert.Equal("10.0.0.7", endpoints.AdvertisedIPAddress?.ToString());
        Assert.Equal((12345, 12346), (endpoints.SiloPort, endpoints.GatewayPort));
        Assert.Equal("0.0.0.0:12345", endpoints.SiloListeningEndpoint?.ToString());
        Assert.Equal((SiloClustering.ServiceId, SiloClustering.ServiceId), (cluster.ClusterId, cluster.ServiceId));
    }

    /// <summary>
    /// A host that hangs is out within 6 s: one probe period for the phase, and the time for which an answer vouches may come twice.
    /// </summary>
    [Fact]
    public void Build_AnyClustering_FindsAHungHostWithinSixSeconds()
    {
        using var app = (IDisposable)Node("redis");

        var membership = ((WebApplication)app).Services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value;

        Assert.InRange(2 * membership.NumMissedProbesLimit * membership.MaxProbeTimeout, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6));
    }

    private WebApplication Node(string clustering)
    {
        var builder = WebApplication.CreateBuilder(
        [
            $"--ExpertCluster:Clustering={clustering}", $"--ExpertCluster:Clustering:ConnectionString={(clustering == "redis" ? "store" : "Host=store")}", $"--ExpertCluster:Prepared={_prepared.Path}",
            "--ExpertCluster:BindAddress=0.0.0.0", "--ExpertCluster:AdvertisedAddress=10.0.0.7", "--ExpertCluster:SiloPort=12345", "--ExpertCluster:GatewayPort=12346",
        ]);
        builder.Logging.ClearProviders();
        builder.AddClusterNode(NodeRole.Host);
        return builder.Build();
    }
}
