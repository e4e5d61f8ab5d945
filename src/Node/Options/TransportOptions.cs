namespace ExpertCluster.Node.Options;

/// <summary>
/// How connections are kept, renewed and bounded, and how long calls may last: configuration section "ExpertCluster:Transport".
/// </summary>
public sealed record TransportOptions
{
    public const string Section = "ExpertCluster:Transport";

    /// <summary>Seconds of silence after which a server asks an HTTP/2 client whether it is there. 0: never. 0 to 86,400, default 30.</summary>
    public double KeepAliveSeconds { get; init; } = 30;

    /// <summary>Seconds a client gets to answer that; then its connection is closed. 1 to 3,600, default 20.</summary>
    public double KeepAliveTimeoutSeconds { get; init; } = 20;

    /// <summary>
    /// The same question, asked by a router of a host that it streams from: a host that hangs or vanished is noticed within
    /// this and <see cref="HostKeepAliveTimeoutSeconds"/>. 1 to 3,600, default 2.
    /// </summary>
    public double HostKeepAliveSeconds { get; init; } = 2;

    /// <summary>Seconds a host gets to answer. 1 to 3,600, default 2.</summary>
    public double HostKeepAliveTimeoutSeconds { get; init; } = 2;

    /// <summary>Seconds until a router gives up connecting to a host. 0.1 to 60, default 2.</summary>
    public double HostConnectSeconds { get; init; } = 2;

    /// <summary>
    /// Age at which a server asks a client to move to a new connection (GOAWAY; running calls go on), so that clients spread over
    /// routers that came later, and certificates that rotated are shown. Each connection varies by up to 10 % either way.
    /// 0: never. 0, or 1 to 604,800 seconds, default 1,800.
    /// </summary>
    public double ConnectionMaxAgeSeconds { get; init; } = 1800;

    /// <summary>Seconds that calls get on a connection past its age; then it is cut. 1 to 86,400, default 660: longer than any capped call.</summary>
    public double ConnectionGraceSeconds { get; init; } = 660;

    /// <summary>Calls at once on one connection; clients open another one for more. 1 to 10,000, default 256.</summary>
    public int StreamsPerConnection { get; init; } = 256;

    /// <summary>
    /// Seconds that a call may last at most. A call without a deadline, or with a later one, gets this: a stream that nobody
    /// ends must end. 1 to 86,400, default 600.
    /// </summary>
    public double MaxCallSeconds { get; init; } = 600;

    /// <summary>Every failure, each with the setting's name and range.</summary>
    public static IReadOnlyList<string> Validate(TransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> failures = [];
        Range(options.KeepAliveSeconds, 0, 86_400, nameof(KeepAliveSeconds));
        Range(options.KeepAliveTimeoutSeconds, 1, 3600, nameof(KeepAliveTimeoutSeconds));
        Range(options.HostKeepAliveSeconds, 1, 3600, nameof(HostKeepAliveSeconds));
        Range(options.HostKeepAliveTimeoutSeconds, 1, 3600, nameof(HostKeepAliveTimeoutSeconds));
        Range(options.HostConnectSeconds, 0.1, 60, nameof(HostConnectSeconds));
        Range(options.ConnectionGraceSeconds, 1, 86_400, nameof(ConnectionGraceSeconds));
        Range(options.StreamsPerConnection, 1, 10_000, nameof(StreamsPerConnection));
        Range(options.MaxCallSeconds, 1, 86_400, nameof(MaxCallSeconds));
        if (options.ConnectionMaxAgeSeconds != 0)
        {
            Range(options.ConnectionMaxAgeSeconds, 1, 604_800, nameof(ConnectionMaxAgeSeconds));
        }

        if (options.KeepAliveSeconds is > 0 and < 1)
        {
            // The server's own lower limit.
            Range(options.KeepAliveSeconds, 1, 86_400, nameof(KeepAliveSeconds));
        }

        return failures;

        // NaN fails both comparisons and so the test.
        void Range(double value, double least, double most, string setting)
        {
            if (!(value >= least && value <= most))
            {
                failures.Add(FormattableString.Invariant($"{Section}:{setting} is {value}; it must be {least} to {most}"));
            }
        }
    }
}
