namespace ExpertCluster.Inference.Sampling;

/// <summary>A token and the natural logarithm of its probability at temperature 1, before penalty and filters.</summary>
internal readonly record struct Draw(int Token, float LogProbability);
