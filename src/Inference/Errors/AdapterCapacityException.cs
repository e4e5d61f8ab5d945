namespace ExpertCluster.Inference.Errors;

/// <summary>Adapters that are to be kept in the runtime leave no place for another.</summary>
public sealed class AdapterCapacityException : InferenceException
{
    internal AdapterCapacityException(string adapter, int capacity)
        : base(FormattableString.Invariant($"no room for adapter '{adapter}': all {capacity} places (AdapterCapacity) are kept for others or in use"))
    {
        Capacity = capacity;
    }

    /// <summary>Adapters that the runtime holds at once.</summary>
    public int Capacity { get; }

    /// <inheritdoc/>
    public override bool RetryHelps => true;
}
