using Grpc.Core;

namespace ExpertCluster.Client;

/// <summary>A request that was refused, here or by the cluster, or that failed there.</summary>
public sealed class ExpertClusterException : Exception
{
    /// <summary>One that says nothing.</summary>
    public ExpertClusterException()
    {
    }

    /// <summary>One of status Unknown.</summary>
    /// <param name="message">One sentence.</param>
    public ExpertClusterException(string message)
        : base(message)
    {
    }

    /// <summary>One of status Unknown.</summary>
    /// <param name="message">One sentence.</param>
    /// <param name="innerException">Its cause.</param>
    public ExpertClusterException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal ExpertClusterException(StatusCode status, string message, string? field, TimeSpan? retryAfter = null, Exception? cause = null)
        : base(message, cause)
    {
        StatusCode = status;
        Field = field;
        RetryAfter = retryAfter;
    }

    /// <summary>gRPC's status; InvalidArgument also where the request was refused before it was sent.</summary>
    public StatusCode StatusCode { get; } = StatusCode.Unknown;

    /// <summary>What of the request is at fault, as the message calls it; null: nothing of it, or it is not known.</summary>
    public string? Field { get; }

    /// <summary>How long the cluster asks to wait before another try; null: it doesn't say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether the same request may succeed later. A message that is too large has the status of too many requests, but no delay.</summary>
    public bool IsTransient => StatusCode == StatusCode.Unavailable || (StatusCode == StatusCode.ResourceExhausted && RetryAfter is not null);

    internal static ExpertClusterException Refused(string field, string problem) => new(StatusCode.InvalidArgument, $"{field} {problem}", field);
}
