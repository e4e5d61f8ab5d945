using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>What a remote model did wrong, or said no with. Its own words are not in it: nobody knows what they repeat.</summary>
/// <param name="kind">What a caller can do about it.</param>
/// <param name="what">The end of a sentence that begins with the expert's name.</param>
internal sealed class RemoteException(FailureKind kind, string what) : IOException(what)
{
    public FailureKind Kind { get; } = kind;

    /// <summary>How long it asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>One of the words that <see cref="RemoteMetrics"/> counts by.</summary>
    public required string Outcome { get; init; }

    /// <summary>Whether it tells of the endpoint, not of the request: enough of these, and it is left alone for a while.</summary>
    public bool IsItsFault => Kind is not (FailureKind.InvalidArgument or FailureKind.TooLarge);

    /// <summary>The first of them in what other code wrapped; null: there is none.</summary>
    public static RemoteException? In(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is RemoteException remote)
            {
                return remote;
            }
        }

        return null;
    }
}
