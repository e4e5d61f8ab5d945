namespace ExpertCluster.Gating.Artefacts;

/// <summary>A trained gate in memory. Weights are [buckets, classes] row-major, the others [classes] and [buckets]; empty but for a token gate's.</summary>
internal sealed record GateModel(GateMetadata Metadata, float[] Weights, float[] Bias, float[] InverseFrequency)
{
    /// <summary>Of ngrams.bin; null where the kind reads no n-grams of texts.</summary>
    public NgramIndex? Index { get; init; }

    /// <summary>Of classes.bin; empty where the kind has no embeddings.</summary>
    public float[] Values { get; init; } = [];
}
