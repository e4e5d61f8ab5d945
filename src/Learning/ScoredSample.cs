namespace ExpertCluster.Learning;

/// <summary>What a gate that had not learned it said of an example.</summary>
/// <param name="Of">Its class.</param>
/// <param name="Logits">One for each class.</param>
internal readonly record struct ScoredSample(int Of, float[] Logits);
