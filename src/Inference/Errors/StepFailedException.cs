namespace ExpertCluster.Inference.Errors;

/// <summary>The runtime failed in a step of this sequence; the cause is the inner exception. The engine goes on.</summary>
public sealed class StepFailedException : InferenceException
{
    internal StepFailedException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <inheritdoc/>
    public override bool RetryHelps => true;
}
