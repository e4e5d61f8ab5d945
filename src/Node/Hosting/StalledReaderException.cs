namespace ExpertCluster.Node.Hosting;

/// <summary>A reader took nothing of its stream for too long; the stream has been reset. The same request may be tried again.</summary>
public sealed class StalledReaderException : Exception
{
    internal StalledReaderException(TimeSpan limit)
        : base(FormattableString.Invariant($"the reader took nothing for {limit.TotalSeconds:0.###} s (StallSeconds)"))
    {
    }
}
