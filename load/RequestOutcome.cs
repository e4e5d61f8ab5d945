using Grpc.Core;

namespace ExpertCluster.Load;

/// <summary>
/// How one request went. Times count from its scheduled arrival, not from when it could be sent: a generator that falls
/// behind must not hide the wait (coordinated omission).
/// </summary>
internal sealed record RequestOutcome
{
    public required StatusCode Status { get; init; }

    public required TimeSpan FirstToken { get; init; }

    public required TimeSpan Whole { get; init; }

    public required int Tokens { get; init; }

    /// <summary>Mean time between tokens; zero for fewer than two.</summary>
    public TimeSpan MeanGap => Tokens < 2 ? TimeSpan.Zero : (Whole - FirstToken) / (Tokens - 1);

    /// <summary>Each gap between chunks, shared among the chunk's tokens.</summary>
    public required IReadOnlyList<float> GapMilliseconds { get; init; }
}
