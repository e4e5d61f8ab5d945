namespace ExpertCluster.Gating.Embeddings;

/// <summary>What becomes of a classifier's number where it has one label: how well two texts go together.</summary>
public enum EncoderActivation
{
    /// <summary>The logistic function: 0 to 1.</summary>
    Sigmoid,

    /// <summary>It stays as it is.</summary>
    Identity,
}
