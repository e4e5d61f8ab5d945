namespace ExpertCluster.Inference.Generation;

/// <summary>What is added to a token's logit.</summary>
/// <param name="Token">Its id.</param>
/// <param name="Bias">From -100 to 100.</param>
public readonly record struct TokenBias(int Token, float Bias);
