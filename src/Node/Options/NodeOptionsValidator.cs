using System.Net;
using Microsoft.Extensions.Options;
using Npgsql;
using StackExchange.Redis;

namespace ExpertCluster.Node.Options;

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
        Membership();
        Require(
            options.LogFormat is LogFormats.Text or LogFormats.Json,
            nameof(options.LogFormat),
            $"is '{options.LogFormat}'; it must be {LogFormats.Text} or {LogFormats.Json}");
        Require(options.DrainSeconds is >= 1 and <= 3600, nameof(options.DrainSeconds), $"is {options.DrainSeconds}; it must be 1 to 3600 seconds");
        Require(options.StallSeconds is >= 1 and <= 3600, nameof(options.StallSeconds), $"is {options.StallSeconds}; it must be 1 to 3600 seconds");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Require(bool holds, string setting, string problem)
        {
            if (!holds)
            {
                failures.Add($"{NodeOptions.Section}:{setting} {problem}");
            }
        }

        void Membership()
        {
            bool shared = options.Clustering is ClusteringNames.Redis or ClusteringNames.Postgres;
            Require(
                shared || options.Clustering == ClusteringNames.Localhost,
                nameof(options.Clustering),
                $"is '{options.Clustering}'; it must be localhost (one machine), redis or postgres (several)");
            Require(
                options.Clustering != ClusteringNames.Localhost || options.MembershipFile.Length > 0,
                "Clustering:File",
                "is missing; localhost clustering needs it: a file that all processes of the cluster name");
            if (!shared)
            {
                return;
            }

            Require(options.MembershipFile.Length == 0, "Clustering:File", $"is for localhost clustering; it is set with {options.Clustering}");
            if (options.ConnectionString.Length == 0)
            {
                Require(false, "Clustering:ConnectionString", $"is missing; {options.Clustering} clustering needs it");
            }
            else
            {
                Require(CanRead(options), "Clustering:ConnectionString", $"can't be read as {options.Clustering}'s; an example is {ExampleOf(options.Clustering)}");
            }

            Require(
                IPAddress.TryParse(options.ReachableAddress, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any),
                nameof(options.AdvertisedAddress),
                $"must be this process's own IP address with {options.Clustering} clustering; '{options.ReachableAddress}' is none");
        }

        // The string holds a password: it is never repeated.
        static bool CanRead(NodeOptions options)
        {
            try
            {
                _ = options.Clustering == ClusteringNames.Redis
                    ? ConfigurationOptions.Parse(options.ConnectionString).EndPoints.Count
                    : new NpgsqlConnectionStringBuilder(options.ConnectionString).Port;
                return true;
            }
            catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException)
            {
                return false;
            }
        }

        static string ExampleOf(string clustering) =>
            clustering == ClusteringNames.Redis ? "store:6379,password=..." : "Host=store;Database=orleans;Username=...;Password=...";

        void Port(int port, string setting) => Require(port is > 0 and <= 65535, setting, $"is {port}; a port is 1 to 65535");
    }
}
