using System.Globalization;

namespace ExpertCluster.Wire.Tests.Support;

/// <summary>The ports of the router's admin API, which are its own, and the token that it asks for.</summary>
internal sealed class AdminPorts(int http, int grpc)
{
    public const string Token = "the-token-of-these-tests";

    public string HttpAddress { get; } = $"http://127.0.0.1:{http}";

    public string GrpcAddress { get; } = $"http://127.0.0.1:{grpc}";

    public IEnumerable<string> Settings { get; } =
    [
        $"--ExpertCluster:Router:AdminHttpPort={http.ToString(CultureInfo.InvariantCulture)}",
        $"--ExpertCluster:Router:AdminGrpcPort={grpc.ToString(CultureInfo.InvariantCulture)}",
        $"--ExpertCluster:Router:AdminToken={Token}",
    ];
}
