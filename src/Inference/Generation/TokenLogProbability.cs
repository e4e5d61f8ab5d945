namespace ExpertCluster.Inference.Generation;

/// <summary>A token that could have been drawn.</summary>
/// <param name="Token">Its id.</param>
/// <param name="LogProbability">As in <see cref="GeneratedToken"/>.</param>
public readonly record struct TokenLogProbability(int Token, float LogProbability);
