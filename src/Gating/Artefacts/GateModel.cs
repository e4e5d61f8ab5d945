namespace ExpertCluster.Gating.Artefacts;

/// <summary>A trained gate in memory. Weights are [buckets, classes] row-major, the others [buckets] and [classes].</summary>
internal sealed record GateModel(GateMetadata Metadata, float[] Weights, float[] Bias, float[] InverseFrequency);
