namespace ExpertCluster.Inference.Errors;

/// <summary>The admission queue is full.</summary>
public sealed class EngineOverloadedException : InferenceException
{
    internal EngineOverloadedException(int queueLimit)
        : base(FormattableString.Invariant($"the engine's queue is full: {queueLimit} requests wait already (QueueLimit)"))
    {
        QueueLimit = queueLimit;
    }

    /// <summary>Requests that may wait.</summary>
    public int QueueLimit { get; }

    /// <inheritdoc/>
    public override bool RetryHelps => true;
}
