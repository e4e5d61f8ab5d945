using System.Net;
using ExpertCluster.Cluster.Options;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace ExpertCluster.Cluster.Hosting;

/// <summary>
/// How this process's silo finds the others: <see cref="NodeOptions.Clustering"/>. Redis and PostgreSQL take the official
/// packages; the stand-in accepts the calls and refuses to start, with a sentence that names the switch.
/// </summary>
internal static class SiloClustering
{
    public static void Use(ISiloBuilder silo, NodeOptions options)
    {
        if (options.Clustering == ClusteringNames.Localhost)
        {
            silo.UseLocalhostClustering(
                options.SiloPort,
                options.GatewayPort,
                options.Primary.Length == 0 ? null : IPEndPoint.Parse(options.Primary),
                ClusterHosting.ServiceId,
                ClusterHosting.ServiceId);
            return;
        }

        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (ClusterHosting.ServiceId, ClusterHosting.ServiceId));
        var advertised = IPAddress.Parse(options.ReachableAddress);
        silo.ConfigureEndpoints(
            advertised, options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: !advertised.Equals(IPAddress.Parse(options.BindAddress)));
        if (options.Clustering == ClusteringNames.Redis)
        {
            silo.UseRedisClustering(options.ConnectionString);
        }
        else
        {
            silo.UseAdoNetClustering(o =>
            {
                // The name under which Orleans knows PostgreSQL's driver.
                o.Invariant = "Npgsql";
                o.ConnectionString = options.ConnectionString;
            });
        }
    }
}
