using System.Net;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Cluster.Options;

/// <summary>Reports every failure at once, each with the setting's name.</summary>
public sealed class NodeOptionsValidator : IValidateOptions<NodeOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> failures = [];
        Require(options.Name.Length is > 0 and <= 128 && !options.Name.Contains(',', StringComparison.Ordinal), nameof(options.Name), "must have 1 to 128 characters, no comma");
        Require(Directory.Exists(options.Prepared), nameof(options.Prepared), $"must be the folder that `prepare` wrote; '{options.Prepared}' is none");
        Require(IPAddress.TryParse(options.BindAddress, out _), nameof(options.BindAddress), $"'{options.BindAddress}' is not an IP address");
        Port(options.HttpPort, nameof(options.HttpPort));
        Port(options.GrpcPort, nameof(options.GrpcPort));
        Port(options.SiloPort, nameof(options.SiloPort));
        Port(options.GatewayPort, nameof(options.GatewayPort));
        Require(
            options.Primary.Length == 0 || IPEndPoint.TryParse(options.Primary, out _),
            nameof(options.Primary),
            $"'{options.Primary}' is not an address and a port, as 127.0.0.1:11111");
        Require(
            options.Clustering == "localhost",
            nameof(options.Clustering),
            $"is '{options.Clustering}'; only localhost (one machine) is built yet");
        Require(options.DrainSeconds is >= 1 and <= 3600, nameof(options.DrainSeconds), $"is {options.DrainSeconds}; it must be 1 to 3600 seconds");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Require(bool holds, string setting, string problem)
        {
            if (!holds)
            {
                failures.Add($"{NodeOptions.Section}:{setting} {problem}");
            }
        }

        void Port(int port, string setting) => Require(port is > 0 and <= 65535, setting, $"is {port}; a port is 1 to 65535");
    }
}
