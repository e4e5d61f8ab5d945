namespace ExpertCluster.Gating.Artefacts;

/// <summary>A trained gate in memory. Weights are [buckets, classes] row-major, the others [buckets] and [classes]; empty where the kind has no n-grams.</summary>
internal sealed record GateModel(GateMetadata Metadata, float[] Weights, float[] Bias, float[] InverseFrequency)
{
    /// <summary>Of classes.bin; empty where the kind has no embeddings.</summary>
    public float[] Values { get; init; } = [];
}
