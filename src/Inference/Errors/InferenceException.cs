namespace ExpertCluster.Inference.Errors;

/// <summary>A failure of the engine or of what it was asked; says whether asking again can help.</summary>
public abstract class InferenceException : Exception
{
    private protected InferenceException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>True where the same request may succeed later, or on another host.</summary>
    public abstract bool RetryHelps { get; }
}
