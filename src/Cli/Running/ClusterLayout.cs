using System.Globalization;
using ExpertCluster.Catalogue;

namespace ExpertCluster.Cli.Running;

/// <summary>What runs where: one router and some hosts, all on loopback.</summary>
internal sealed record ClusterLayout
{
    public const int DefaultHttpPort = 8080;
    public const int DefaultGrpcPort = 50051;
    private const string DrainVariable = "EXPERTCLUSTER__DRAINSECONDS";
    private const string AdminVariable = "EXPERTCLUSTER__ROUTER__ADMINGRPCPORT";
    private const int MostDrainSeconds = 3600;

    /// <summary>The folder that `prepare` wrote.</summary>
    public required string Prepared { get; init; }

    public int Hosts { get; init; } = 2;

    /// <summary>0: any free one.</summary>
    public int HttpPort { get; init; } = DefaultHttpPort;

    /// <summary>0: any free one.</summary>
    public int GrpcPort { get; init; } = DefaultGrpcPort;

    /// <summary>Where the router answers the admin API, as the router is told by the same variable; 0: at <see cref="GrpcPort"/>. What is no port, the router refuses.</summary>
    public int AdminPort { get; init; } = int.TryParse(Environment.GetEnvironmentVariable(AdminVariable), NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : 0;

    public ClusterTls Tls { get; init; } = new(folder: null);

    /// <summary>What runs as the router: a program, and what it is told.</summary>
    public IReadOnlyList<string> RouterProgram { get; init; } = Assembly("ExpertCluster.Router.dll");

    /// <summary>What runs as a host.</summary>
    public IReadOnlyList<string> HostProgram { get; init; } = Assembly("ExpertCluster.ExpertHost.dll");

    /// <summary>Seconds that running streams get at a stop: a cluster in somebody's terminal stops when it is told to.</summary>
    public int DrainSeconds { get; init; } = ReadDrain(Environment.GetEnvironmentVariable(DrainVariable));

    /// <summary>The folder in which each cluster gets one for its logs.</summary>
    public string Logs { get; init; } = Path.Combine(CacheFolder.Root, "logs");

    /// <summary>The folder in which what was asked of the admin API is kept, for the next run with the same catalogue.</summary>
    public string State { get; init; } = "";

    /// <summary>Told what went wrong, and what is done about it.</summary>
    public TextWriter Errors { get; init; } = Console.Error;

    /// <summary>Intra-op threads a host: the machine's cores are shared out among hosts that all live on it.</summary>
    public string ThreadsPerHost => Math.Max(1, Environment.ProcessorCount / Hosts).ToString(CultureInfo.InvariantCulture);

    /// <summary>Runs an assembly that lies beside this one.</summary>
    public static IReadOnlyList<string> Assembly(string name) => ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, name)];

    /// <exception cref="ClusterStartException">The variable holds no number that nodes take.</exception>
    internal static int ReadDrain(string? text) => text is not { Length: > 0 } ? 1
        : int.TryParse(text, CultureInfo.InvariantCulture, out int seconds) && seconds is >= 1 and <= MostDrainSeconds ? seconds
        : throw new ClusterStartException($"{DrainVariable} is '{text}'; it must be a whole number from 1 to {MostDrainSeconds}");
}
