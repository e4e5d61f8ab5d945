namespace ExpertCluster.Inference.Errors;

/// <summary>The reader left the output buffer full for too long, so the sequence was given up.</summary>
public sealed class SlowReaderException : InferenceException
{
    internal SlowReaderException(int outputBuffer, TimeSpan timeout)
        : base(FormattableString.Invariant(
            $"the reader left {outputBuffer} tokens (OutputBuffer) unread for {timeout.TotalSeconds:0.###} s (SlowReaderTimeout)"))
    {
    }

    /// <inheritdoc/>
    public override bool RetryHelps => false;
}
