using System.Globalization;
using System.Net;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.Node.Tests.Membership;

/// <summary>Rows of a membership table.</summary>
internal static class Members
{
    public static readonly DateTime Start = new(2026, 11, 28, 12, 0, 0, DateTimeKind.Utc);

    public static SiloAddress Address(int silo) => SiloAddress.New(new IPEndPoint(IPAddress.Parse("10.0.0.7"), 11_000 + silo), 1);

    public static MembershipEntry Entry(int silo, SiloStatus status) => new()
    {
        SiloAddress = Address(silo),
        Status = status,
        SiloName = $"host-{silo}",
        HostName = "machine",
        ProxyPort = 30_000,
        StartTime = Start,
        IAmAliveTime = Start,
        SuspectTimes = [],
    };

    public static TableVersion Version(int version) => new(version, version.ToString(CultureInfo.InvariantCulture));
}
