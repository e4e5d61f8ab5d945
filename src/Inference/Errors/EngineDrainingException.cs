namespace ExpertCluster.Inference.Errors;

/// <summary>The engine takes nothing new, or was stopped before the request ended. Another host may serve it.</summary>
public sealed class EngineDrainingException : InferenceException
{
    internal EngineDrainingException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public override bool RetryHelps => true;
}
