namespace ExpertCluster.Simulation.Results;

/// <summary>What came of a simulated time. Counts of requests are of the whole of it; the rest is of what follows the warm-up.</summary>
public sealed record SimulationResult
{
    public required string Strategy { get; init; }

    public long Arrived { get; init; }

    public long Completed { get; init; }

    /// <summary>All hosts of the base were full, or none had it.</summary>
    public long Refused { get; init; }

    /// <summary>At the end.</summary>
    public long Unfinished { get; init; }

    /// <summary>Requests that lost their host and went on with another; one that did twice counts twice.</summary>
    public long Resumed { get; init; }

    public double FirstTokenP50Milliseconds { get; init; }

    public double FirstTokenP90Milliseconds { get; init; }

    public double FirstTokenP99Milliseconds { get; init; }

    /// <summary>Adapters read while a request waited.</summary>
    public double LoadsPerMinute { get; init; }

    /// <summary>Of those, and of what was warmed, the ones that came from the store.</summary>
    public double FetchesPerMinute { get; init; }

    public double EvictionsPerMinute { get; init; }

    /// <summary>The mean of requests on the busiest host over that of all.</summary>
    public double Balance { get; init; }

    /// <summary>Requests on hosts over their slots; above 1, some wait.</summary>
    public double Use { get; init; }

    /// <summary>Decisions about experts that moved, added or took away replicas.</summary>
    public long Moves { get; init; }

    /// <summary>Decisions about bases.</summary>
    public long BaseMoves { get; init; }

    /// <summary>Decisions that were undone too soon, on hosts that stayed.</summary>
    public long Flips { get; init; }

    /// <summary>Some of them, in words.</summary>
    public IReadOnlyList<string> FlipExamples { get; init; } = [];

    public double MeanReplicas { get; init; }

    /// <summary>Of rounds, on this machine: the only figures here that another run does not repeat.</summary>
    public RoundTimes RoundTimes { get; init; }
}

/// <summary>Milliseconds of processor's work that rounds took.</summary>
public readonly record struct RoundTimes(double P50Milliseconds, double P99Milliseconds, double MostMilliseconds);
