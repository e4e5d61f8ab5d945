using System.Net;
using ExpertCluster.Node.Settings;
using Npgsql;
using StackExchange.Redis;

namespace ExpertCluster.Node.Options;

/// <summary>What <see cref="NodeOptions"/> must be beside its attributes: folders, addresses, and what each clustering needs.</summary>
public sealed class NodeOptionsRules : SettingsRules<NodeOptions>
{
    protected override IEnumerable<(string Property, string Problem)> ProblemsOf(NodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Directory.Exists(options.Prepared) && !IsPublished(options.Prepared))
        {
            yield return (nameof(options.Prepared), $"must be the folder that `prepare` wrote, or https://HOST/FOLDER/ or s3://BUCKET/PREFIX; '{options.Prepared}' is none");
        }

        if (!IPAddress.TryParse(options.BindAddress, out _))
        {
            yield return (nameof(options.BindAddress), $"'{options.BindAddress}' is not an IP address");
        }

        if (options.AdvertisedAddress.Length > 0 && !IPAddress.TryParse(options.AdvertisedAddress, out _))
        {
            yield return (nameof(options.AdvertisedAddress), $"'{options.AdvertisedAddress}' is not an IP address");
        }

        var membership = options.Clustering switch
        {
            ClusteringNames.Localhost => ProblemsOfOneMachine(options),
            ClusteringNames.Redis or ClusteringNames.Postgres => ProblemsOfStore(options),
            _ => [],
        };
        foreach (var problem in membership)
        {
            yield return problem;
        }
    }

    private static IEnumerable<(string Property, string Problem)> ProblemsOfOneMachine(NodeOptions options)
    {
        if (options.MembershipFile.Length == 0)
        {
            yield return (nameof(options.MembershipFile), "is missing; localhost clustering needs it: a file that all processes of the cluster name");
        }
    }

    private static IEnumerable<(string Property, string Problem)> ProblemsOfStore(NodeOptions options)
    {
        if (options.MembershipFile.Length > 0)
        {
            yield return (nameof(options.MembershipFile), $"is for localhost clustering; it is set with {options.Clustering}");
        }

        if (options.ConnectionString.Length == 0)
        {
            yield return (nameof(options.ConnectionString), $"is missing; {options.Clustering} clustering needs it");
        }
        else if (!CanRead(options))
        {
            yield return (nameof(options.ConnectionString), $"can't be read as {options.Clustering}'s; an example is {ExampleOf(options.Clustering)}");
        }

        // An address that is none was told already.
        if (IPAddress.TryParse(options.ReachableAddress, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
        {
            yield return (
                nameof(options.AdvertisedAddress),
                $"must be this process's own IP address with {options.Clustering} clustering; '{options.ReachableAddress}' is none");
        }
    }

    /// <summary>By its scheme; whoever reads it says what else is wrong with it.</summary>
    private static bool IsPublished(string prepared) =>
        Array.Exists<string>(["https://", "http://", "s3://"], scheme => prepared.StartsWith(scheme, StringComparison.Ordinal));

    // The string holds a password: it is never repeated.
    private static bool CanRead(NodeOptions options)
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

    private static string ExampleOf(string clustering) =>
        clustering == ClusteringNames.Redis ? "store:6379,password=..." : "Host=store;Database=orleans;Username=...;Password=...";
}
