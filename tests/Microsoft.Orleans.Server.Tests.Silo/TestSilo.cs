using System.Net;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Microsoft.Orleans.Server.Tests;

/// <summary>The configuration of every silo in these tests: quick to notice a death, but not so quick that a busy machine looks dead.</summary>
public static class TestSilo
{
    public static void Configure(ISiloBuilder silo, int port, int primaryPort)
    {
        // The official package wants a gateway port too; 10,000 above or below is free in these tests' range.
        silo.UseLocalhostClustering(port, port > 50_000 ? port - 10_000 : port + 10_000, new IPEndPoint(IPAddress.Loopback, primaryPort), "tests", "tests");
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(2);
            options.NumMissedProbesLimit = 3;
            options.NumVotesForDeathDeclaration = 1;
            options.TableRefreshTimeout = TimeSpan.FromSeconds(1);
        });
        silo.AddPlacementDirector<ByNamePlacement, ByNameDirector>();
    }
}
