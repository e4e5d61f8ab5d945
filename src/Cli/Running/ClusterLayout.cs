using System.Globalization;

namespace ExpertCluster.Cli.Running;

/// <summary>What runs where: one router and some hosts, all on loopback.</summary>
internal sealed record ClusterLayout
{
    public const int DefaultHttpPort = 8080;
    public const int DefaultGrpcPort = 50051;

    /// <summary>The folder that `prepare` wrote.</summary>
    public required string Prepared { get; init; }

    public int Hosts { get; init; } = 2;

    /// <summary>0: any free one.</summary>
    public int HttpPort { get; init; } = DefaultHttpPort;

    /// <summary>0: any free one.</summary>
    public int GrpcPort { get; init; } = DefaultGrpcPort;

    public ClusterTls Tls { get; init; } = new(folder: null);

    /// <summary>What runs as a host: an assembly beside this one, and what it is told.</summary>
    public IReadOnlyList<string> HostProgram { get; init; } = ["ExpertCluster.ExpertHost.dll"];

    /// <summary>Seconds that running streams get at a stop: a cluster in somebody's terminal stops when it is told to.</summary>
    public int DrainSeconds { get; init; } = ReadDrain();

    /// <summary>Folder of the processes' logs, and of the file in which they find each other.</summary>
    public required string Logs { get; init; }

    /// <summary>Intra-op threads a host: the machine's cores are shared out among hosts that all live on it.</summary>
    public string ThreadsPerHost => Math.Max(1, Environment.ProcessorCount / Hosts).ToString(CultureInfo.InvariantCulture);

    private static int ReadDrain() =>
        int.TryParse(Environment.GetEnvironmentVariable("EXPERTCLUSTER__DRAINSECONDS"), CultureInfo.InvariantCulture, out int seconds) ? seconds : 1;
}
