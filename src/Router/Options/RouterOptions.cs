namespace ExpertCluster.Router.Options;

/// <summary>How a router admits, plans and dispatches: configuration section "ExpertCluster:Router".</summary>
internal sealed record RouterOptions
{
    public const string Section = "ExpertCluster:Router";

    /// <summary>Requests that run at once. 1 to 100,000, default 512.</summary>
    public int MaxInFlight { get; init; } = 512;

    /// <summary>Requests that may wait for one to end; one more is refused. 0 to 100,000, default 512.</summary>
    public int QueueLimit { get; init; } = 512;

    /// <summary>Largest request body and gRPC message, bytes. 1,024 to 1 GiB, default 4 MiB.</summary>
    public int MaxRequestBytes { get; init; } = 4 << 20;

    /// <summary>Experts among which a token-scope plan may choose, the generalist not counted. 1 to 16, default 8.</summary>
    public int CandidateLimit { get; init; } = 8;

    /// <summary>Least probability of the likeliest expert, below which the generalist answers. 0 to 1; default: what training found.</summary>
    public double? GateFloor { get; init; }

    /// <summary>Seconds that a request waits for a host that can take it, before UNAVAILABLE. 0 to 600, default 10.</summary>
    public double DispatchPatienceSeconds { get; init; } = 10;

    /// <summary>Every failure, each with the setting's name and range.</summary>
    public static IReadOnlyList<string> Validate(RouterOptions options)
    {
        List<string> failures = [];
        Range(options.MaxInFlight, 1, 100_000, nameof(MaxInFlight));
        Range(options.QueueLimit, 0, 100_000, nameof(QueueLimit));
        Range(options.MaxRequestBytes, 1024, 1 << 30, nameof(MaxRequestBytes));
        Range(options.CandidateLimit, 1, 16, nameof(CandidateLimit));
        Range(options.DispatchPatienceSeconds, 0, 600, nameof(DispatchPatienceSeconds));
        Range(options.GateFloor ?? 0, 0, 1, nameof(GateFloor));
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
