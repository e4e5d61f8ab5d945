namespace ExpertCluster.Inference.Errors;

/// <summary>A request that no engine of this shape would take. Nothing was queued.</summary>
public sealed class InvalidGenerationException : InferenceException
{
    internal InvalidGenerationException(IReadOnlyList<string> failures)
        : base(string.Join("; ", failures))
    {
        Failures = failures;
    }

    /// <summary>All that is wrong; each entry names the field, its value and the limit.</summary>
    public IReadOnlyList<string> Failures { get; }

    /// <inheritdoc/>
    public override bool RetryHelps => false;
}
