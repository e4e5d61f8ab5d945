using System.Net;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Microsoft.Orleans.Server.Tests;

/// <summary>The configuration of every silo in these tests.</summary>
public static class TestSilo
{
    /// <summary>Probes that a silo may miss in a row.</summary>
    public const int MissedProbes = 3;

    /// <summary>Between probes where a test is about a death; as the product has it.</summary>
    public static readonly TimeSpan QuickProbes = TimeSpan.FromSeconds(1);

    /// <summary>Between probes where nobody is meant to die, however starved the machine is.</summary>
    public static readonly TimeSpan PatientProbes = TimeSpan.FromSeconds(20);

    public static void Configure(ISiloBuilder silo, int port, int primaryPort, TimeSpan probes)
    {
        // The official package wants a gateway port too; 10,000 above or below is free in these tests' range.
        silo.UseLocalhostClustering(port, port > 50_000 ? port - 10_000 : port + 10_000, new IPEndPoint(IPAddress.Loopback, primaryPort), "tests", "tests");
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = probes;
            options.NumMissedProbesLimit = MissedProbes;
            options.NumVotesForDeathDeclaration = 1;
            options.TableRefreshTimeout = TimeSpan.FromSeconds(1);
        });
        silo.AddPlacementDirector<ByNamePlacement, ByNameDirector>();
    }
}
