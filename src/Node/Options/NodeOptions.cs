using ExpertCluster.Node.Settings;
using Microsoft.Extensions.Configuration;

namespace ExpertCluster.Node.Options;

/// <summary>
/// What every process of the cluster is told: configuration section "ExpertCluster" (environment EXPERTCLUSTER__HTTPPORT,
/// command line --ExpertCluster:HttpPort). Checked by <see cref="NodeOptionsValidator"/> and <see cref="NodeOptionsRules"/>.
/// </summary>
[Settings(Section)]
public sealed record NodeOptions
{
    public const string Section = SettingsSection.Root;

    private const int LastPort = 65_535;

    /// <summary>Unique in the cluster; it labels metrics and logs.</summary>
    [SettingText(1, 128)]
    [SettingDefault("the machine's name")]
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>
    /// The folder that `prepare` wrote, or where a copy of it is published: `https://HOST/FOLDER/` or `s3://BUCKET/PREFIX`. It must be set.
    /// </summary>
    public string Prepared { get; init; } = "";

    /// <summary>The IP address that ports are bound to; `0.0.0.0` for all of the machine's.</summary>
    public string BindAddress { get; init; } = "127.0.0.1";

    /// <summary>
    /// The IP address at which others reach this process; needed with a store (see <see cref="Clustering"/>) where the address that ports
    /// are bound to is not one machine's.
    /// </summary>
    [SettingDefault("`BindAddress`")]
    public string AdvertisedAddress { get; init; } = "";

    /// <summary>TCP port of HTTP/1.1: health, metrics and, on a router, the OpenAI API.</summary>
    [SettingRange(1, LastPort)]
    public int HttpPort { get; init; } = 8080;

    /// <summary>TCP port of gRPC (HTTP/2).</summary>
    [SettingRange(1, LastPort)]
    public int GrpcPort { get; init; } = 50051;

    /// <summary>TCP port of silo-to-silo traffic (Orleans).</summary>
    [SettingRange(1, LastPort)]
    public int SiloPort { get; init; } = 11111;

    /// <summary>TCP port of Orleans' client gateway.</summary>
    [SettingRange(1, LastPort)]
    public int GatewayPort { get; init; } = 30000;

    /// <summary>
    /// How silos find each other: `localhost` for processes of one machine, which share a file; `redis` or `postgres` for several
    /// machines, which share a store.
    /// </summary>
    [SettingValues(ClusteringNames.Localhost, ClusteringNames.Redis, ClusteringNames.Postgres)]
    public string Clustering { get; init; } = ClusteringNames.Localhost;

    /// <summary>
    /// Of the store: with `redis` as StackExchange.Redis reads it (`store:6379,password=...`), with `postgres` as Npgsql does
    /// (`Host=store;Database=orleans;Username=...;Password=...`). It must be set with these two.
    /// </summary>
    [ConfigurationKeyName("Clustering:ConnectionString")]
    public string ConnectionString { get; init; } = "";

    /// <summary>
    /// With `localhost` the file in which the processes find each other: all of them name the same, and the first makes it. It must be
    /// set with `localhost`, and with that alone; `./cluster up` gives each cluster its own. No process is special: any may die, in any
    /// order, and come back.
    /// </summary>
    [ConfigurationKeyName("Clustering:File")]
    public string MembershipFile { get; init; } = "";

    /// <summary>
    /// With `localhost` the folder that keeps what the admin API wants, across restarts of everything; with a store that keeps it. `./cluster up` has
    /// one for each catalogue.
    /// </summary>
    [ConfigurationKeyName("Clustering:StateFolder")]
    [SettingDefault("`state` beside `Clustering:File`")]
    public string StateFolder { get; init; } = "";

    /// <summary>How events are logged on standard output: a line of text each, or a JSON object.</summary>
    [SettingValues(LogFormats.Text, LogFormats.Json)]
    public string LogFormat { get; init; } = LogFormats.Text;

    /// <summary>What running streams get to end after SIGTERM.</summary>
    [SettingRange(1, 3600, Unit = "seconds")]
    public int DrainSeconds { get; init; } = 30;

    /// <summary>How long the reader of a stream may take nothing, before its stream is reset with RESOURCE_EXHAUSTED.</summary>
    [SettingRange(1, 3600, Unit = "seconds")]
    public int StallSeconds { get; init; } = 60;

    /// <summary>Stop when standard input closes: a process that another one started then never outlives it.</summary>
    public bool StopWithInput { get; init; }

    /// <summary>What this machine's processes of a cluster keep for those that come after them.</summary>
    public string StatePath => StateFolder.Length > 0 ? StateFolder
        : MembershipFile.Length > 0 ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(MembershipFile))!, "state")
        : Path.Combine(Path.GetTempPath(), $"expertcluster-{Environment.UserName}", "state");

    public string ReachableAddress => AdvertisedAddress.Length > 0 ? AdvertisedAddress : BindAddress;
}
