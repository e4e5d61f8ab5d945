namespace ExpertCluster.Contracts.Answers;

/// <summary>Which of the request's own wishes ended an answer: one of the two is there.</summary>
/// <param name="Text">A stop string.</param>
/// <param name="Token">A stop token's id.</param>
public sealed record StopMatch(string? Text, int? Token);
