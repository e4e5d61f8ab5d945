using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

/// <summary>Who this silo is, and where its primary listens.</summary>
internal sealed class LocalSilo : ILocalSiloDetails
{
    public LocalSilo(
        IOptions<EndpointOptions> endpoint,
        IOptions<SiloOptions> silo,
        IOptions<ClusterOptions> cluster,
        IOptions<DevelopmentClusterMembershipOptions> membership)
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, endpoint.Value.SiloPort, SiloAddress.AllocateNewGeneration());
        GatewayAddress = SiloAddress.New(IPAddress.Loopback, endpoint.Value.GatewayPort, SiloAddress.Generation);
        Name = silo.Value.SiloName ?? string.Create(CultureInfo.InvariantCulture, $"Silo_{SiloAddress.Endpoint.Port}_{SiloAddress.Generation:X}");
        ClusterId = cluster.Value.ClusterId;
        ServiceId = cluster.Value.ServiceId;
        PrimaryPort = membership.Value.PrimarySiloEndpoint?.Port ?? endpoint.Value.SiloPort;
    }

    public string Name { get; }

    public string ClusterId { get; }

    public string ServiceId { get; }

    public string DnsHostName => "localhost";

    public SiloAddress SiloAddress { get; }

    public SiloAddress GatewayAddress { get; }

    public bool IsPrimary => PrimaryPort == SiloAddress.Endpoint.Port;

    public int PrimaryPort { get; }
}
