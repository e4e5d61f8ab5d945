namespace ExpertCluster.Inference.Errors;

/// <summary>Every place of the runtime's adapter stack is taken. Unloading an adapter makes room.</summary>
public sealed class AdapterCapacityException : InferenceException
{
    internal AdapterCapacityException(string adapter, int capacity)
        : base(FormattableString.Invariant($"no room for adapter '{adapter}': all {capacity} places (AdapterCapacity) are taken or in use"))
    {
        Capacity = capacity;
    }

    /// <summary>Adapters that can be resident at once.</summary>
    public int Capacity { get; }

    /// <inheritdoc/>
    public override bool RetryHelps => true;
}
