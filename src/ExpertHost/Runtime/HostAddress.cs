using System.Globalization;
using ExpertCluster.Node.Options;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>The gRPC address that routers reach this host at.</summary>
internal static class HostAddress
{
    public static string Of(NodeOptions node, TlsOptions tls) =>
        string.Create(CultureInfo.InvariantCulture, $"{(tls.Serves ? "https" : "http")}://{node.ReachableAddress}:{node.GrpcPort}");
}
