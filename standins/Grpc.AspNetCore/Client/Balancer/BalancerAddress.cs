using System.Net;

namespace Grpc.Net.Client.Balancer;

/// <summary>One address that serves a channel's target.</summary>
public sealed class BalancerAddress
{
    public BalancerAddress(DnsEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        EndPoint = endPoint;
    }

    public BalancerAddress(string host, int port)
        : this(new DnsEndPoint(host, port))
    {
    }

    public DnsEndPoint EndPoint { get; }

    /// <summary>The name that stands for this address in the request and in the server's certificate; null: the address itself.</summary>
    internal string? HostOverride { get; init; }

    public override string ToString() => $"{EndPoint.Host}:{EndPoint.Port}";

    internal bool IsSame(BalancerAddress other) => EndPoint.Host == other.EndPoint.Host && EndPoint.Port == other.EndPoint.Port
        && HostOverride == other.HostOverride;

    internal static bool AreSame(IReadOnlyList<BalancerAddress> some, IReadOnlyList<BalancerAddress> others)
    {
        if (some.Count != others.Count)
            return false;
        for (int i = 0; i < some.Count; i++)
        {
            if (!some[i].IsSame(others[i]))
                return false;
        }
        return true;
    }
}
