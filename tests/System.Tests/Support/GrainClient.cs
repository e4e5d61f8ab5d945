using ExpertCluster.Fabric;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;

namespace ExpertCluster.SystemTests.Support;

/// <summary>A silo without grains of its own: it asks the cluster's grains what a router would ask.</summary>
internal sealed class GrainClient : IAsyncDisposable
{
    private readonly IHost _host;

    private GrainClient(IHost host) => _host = host;

    public static async Task<GrainClient> JoinAsync(TestCluster cluster)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddFabric();
        builder.Services.AddSingleton(TimeProvider.System);
        int[] ports = FreePorts.Take(2);
        builder.UseOrleans(silo =>
        {
            SiloClustering.Use(silo, new NodeOptions { MembershipFile = cluster.Router().MembershipFile, SiloPort = ports[0], GatewayPort = ports[1] });
        });
        var client = new GrainClient(builder.Build());
        await client._host.StartAsync(TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>Where the expert is. A silo that has just joined learns a moment later which grains the others have.</summary>
    public async Task<ExpertReplica> ReplicaAsync(string expert)
    {
        ExpertReplica[] replicas = [];
        await Gauges.UntilAsync(async () =>
        {
            try
            {
                replicas = await _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IExpertManagerGrain>(expert).GetReplicasAsync();
                return true;
            }
            catch (ArgumentException)
            {
                return false;
            }
        });
        return replicas[0];
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
