using System.Net;
using System.Net.Sockets;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>
/// Addresses that nobody outside has: a host's own, a site's own, those of a link (cloud metadata among them), of groups, and what is
/// reserved (IANA's special-purpose registries, RFC 6890). IPv4 addresses inside of IPv6 ones count as themselves.
/// </summary>
internal static class InnerAddress
{
    private static readonly IPNetwork[] Networks =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/127", "100::/64", "2001:db8::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        ]).Select(IPNetwork.Parse),
    ];

    // Where the IPv4 address stands: compatible and translated ones, NAT64 (both prefixes), 6to4. Teredo's is inverted.
    private static readonly (IPNetwork Network, int At, byte Mask)[] Carriers =
    [
        (IPNetwork.Parse("::/96"), 12, 0),
        (IPNetwork.Parse("::ffff:0:0:0/96"), 12, 0),
        (IPNetwork.Parse("64:ff9b::/96"), 12, 0),
        (IPNetwork.Parse("64:ff9b:1::/48"), 12, 0),
        (IPNetwork.Parse("2002::/16"), 2, 0),
        (IPNetwork.Parse("2001::/32"), 12, 0xff),
    ];

    public static bool Is(IPAddress address)
    {
        // First: networks don't tell a mapped address from the one inside.
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (Networks.Any(network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address)))
        {
            return true;
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.AddressFamily != AddressFamily.InterNetwork;
        }

        byte[] bytes = address.GetAddressBytes();
        return Carriers.Any(carrier => carrier.Network.Contains(address)
            && Is(new IPAddress([.. bytes.Skip(carrier.At).Take(4).Select(b => (byte)(b ^ carrier.Mask))])));
    }
}
