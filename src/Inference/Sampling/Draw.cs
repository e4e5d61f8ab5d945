using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>A token and the natural logarithm of its probability at temperature 1, before penalty and filters; and the likeliest in its place, where they are asked for.</summary>
internal readonly record struct Draw(int Token, float LogProbability, IReadOnlyList<TokenLogProbability>? Top = null);
