namespace ExpertCluster.Inference.Errors;

/// <summary>An adapter that a request needs could not be brought into the runtime.</summary>
public sealed class AdapterLoadException : InferenceException
{
    internal AdapterLoadException(string adapter, Exception cause)
        : base($"adapter '{adapter}' could not be loaded: {cause.Message}", cause)
    {
        Adapter = adapter;
    }

    /// <summary>The name that it was registered under.</summary>
    public string Adapter { get; }

    /// <inheritdoc/>
    public override bool RetryHelps => true;
}
