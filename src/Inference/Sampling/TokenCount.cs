namespace ExpertCluster.Inference.Sampling;

/// <summary>How often an answer has a token.</summary>
/// <param name="Token">Its id.</param>
/// <param name="Count">1 or more.</param>
public readonly record struct TokenCount(int Token, int Count);
