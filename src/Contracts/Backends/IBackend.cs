using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Contracts.Backends;

/// <summary>Where plans are carried out. The first that serves a plan gets it, in the order of registration.</summary>
public interface IBackend : IPolicy
{
    bool Serves(Plan plan);

    /// <summary>Waits for the first chunk.</summary>
    /// <exception cref="Failures.RequestFailedException">Refused, or nobody could take it in time.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<IAnswerStream> OpenAsync(BackendCall call, CancellationToken cancellation);
}

/// <summary>A request on its way to a backend.</summary>
/// <param name="Request">Its sampling has a seed.</param>
/// <param name="Plan">Who shall answer.</param>
/// <param name="Deadline">UTC.</param>
public sealed record BackendCall(CompletionRequest Request, Plan Plan, DateTime Deadline)
{
    /// <summary>Whether it is a copy whose answer nobody sees: what it meets is told by its own figures alone.</summary>
    public bool IsCopy { get; init; }

    /// <summary>What the answer may be, in tokens of the plan's base: where it turns out so, it comes faster, and no other way than without.</summary>
    public IReadOnlyList<int> Guess { get; init; } = [];
}

/// <summary>An answer, positioned on its first chunk. Disposing it cancels what still runs.</summary>
public interface IAnswerStream : IDisposable
{
    /// <summary>Valid until the next move. It has no plan: that is the caller's.</summary>
    CompletionChunk Current { get; }

    /// <summary>Who gave <see cref="Current"/>.</summary>
    string Host { get; }

    /// <summary>How often the request went on elsewhere.</summary>
    int Resumes { get; }

    /// <summary>The plan with what was found out before the first chunk, for the caller.</summary>
    Plan Told(Plan plan) => plan;

    /// <summary>The next chunk; false at the end, which comes after a finish reason only.</summary>
    /// <exception cref="Failures.RequestFailedException">The answer can't go on.</exception>
    ValueTask<bool> MoveNextAsync(CancellationToken cancellation);
}
