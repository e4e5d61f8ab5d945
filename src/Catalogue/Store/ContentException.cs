using ExpertCluster.Contracts;

namespace ExpertCluster.Catalogue.Store;

/// <summary>
/// Content that can't be had: its source refuses it or sends something else, or there is no room. The message is one sentence
/// without a secret in it; an address is named without its query, which may be a signature.
/// </summary>
public sealed class ContentException : SetupException
{
    public ContentException(string message)
        : base(message)
    {
    }

    public ContentException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public ContentException()
    {
    }

    /// <summary>Whether the same ask may be answered a little later: a server that is busy, a line that broke.</summary>
    public bool RetryHelps { get; init; }

    /// <summary>How long the server asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
