namespace ExpertCluster.Learning;

/// <summary>What both halves of a stacked gate, neither of which had learned it, said of an example.</summary>
internal readonly record struct StackedSample(int Of, float[] Ngrams, float[] Embeddings);
