using Microsoft.Extensions.Configuration;

namespace ExpertCluster.Node.Options;

/// <summary>
/// What every process of the cluster is told: configuration section "ExpertCluster" (environment EXPERTCLUSTER__HTTPPORT,
/// command line --ExpertCluster:HttpPort). Checked by <see cref="NodeOptionsValidator"/> at start.
/// </summary>
public sealed record NodeOptions
{
    public const string Section = "ExpertCluster";

    /// <summary>Unique in the cluster; it labels metrics and logs. Default: the machine's name.</summary>
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>The folder that `prepare` wrote. No default.</summary>
    public string Prepared { get; init; } = "";

    /// <summary>The address that ports are bound to. Default 127.0.0.1; "0.0.0.0" for all.</summary>
    public string BindAddress { get; init; } = "127.0.0.1";

    /// <summary>The address others reach this process at. Default: <see cref="BindAddress"/>.</summary>
    public string AdvertisedAddress { get; init; } = "";

    /// <summary>TCP port of HTTP/1.1: health, metrics and, on a router, the OpenAI API. Default 8080.</summary>
    public int HttpPort { get; init; } = 8080;

    /// <summary>TCP port of gRPC (HTTP/2 without TLS). Default 50051.</summary>
    public int GrpcPort { get; init; } = 50051;

    /// <summary>TCP port of silo-to-silo traffic. Default 11111.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>TCP port of Orleans' client gateway. Default 30000.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>How silos find each other: one of <see cref="ClusteringNames"/>. Default localhost.</summary>
    public string Clustering { get; init; } = ClusteringNames.Localhost;

    /// <summary>
    /// Of the Redis or PostgreSQL that <see cref="Clustering"/> means, as its client writes it: "store:6379", or
    /// "Host=store;Database=orleans;Username=...;Password=...". No default.
    /// </summary>
    [ConfigurationKeyName("Clustering:ConnectionString")]
    public string ConnectionString { get; init; } = "";

    /// <summary>
    /// The file in which the processes of one machine find each other, with localhost clustering: all of them name the same. No
    /// default.
    /// </summary>
    [ConfigurationKeyName("Clustering:File")]
    public string MembershipFile { get; init; } = "";

    /// <summary>How events are logged on standard output: one of <see cref="LogFormats"/>. Default text.</summary>
    public string LogFormat { get; init; } = LogFormats.Text;

    /// <summary>Seconds that running streams get after SIGTERM. 1 to 3,600, default 30.</summary>
    public int DrainSeconds { get; init; } = 30;

    /// <summary>
    /// Seconds that the reader of a stream may take nothing, before its stream is reset with RESOURCE_EXHAUSTED. 1 to 3,600,
    /// default 60.
    /// </summary>
    public int StallSeconds { get; init; } = 60;

    /// <summary>Stop when standard input closes: a process that another one started then never outlives it. Default false.</summary>
    public bool StopWithInput { get; init; }

    public string ReachableAddress => AdvertisedAddress.Length > 0 ? AdvertisedAddress : BindAddress;
}
