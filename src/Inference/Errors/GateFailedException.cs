namespace ExpertCluster.Inference.Errors;

/// <summary>A request's row gate or its scorer failed, or chose what cannot be run. Other requests go on.</summary>
public sealed class GateFailedException : InferenceException
{
    internal GateFailedException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <inheritdoc/>
    public override bool RetryHelps => true;
}
