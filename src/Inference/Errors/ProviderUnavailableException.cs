namespace ExpertCluster.Inference.Errors;

/// <summary>The native library, or this machine, lacks the execution provider that was asked for.</summary>
public sealed class ProviderUnavailableException : InferenceException
{
    internal ProviderUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <inheritdoc/>
    public override bool RetryHelps => false;
}
