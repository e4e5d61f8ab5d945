namespace ExpertCluster.Contracts.Answers;

/// <summary>What one expert computed for a request, whether the answer has it or not.</summary>
/// <param name="Name">Of the expert.</param>
/// <param name="PromptTokens">That it read.</param>
/// <param name="CompletionTokens">That it had a part in, drafts that were left among them.</param>
/// <param name="Cost">All of these at the expert's cost, in the catalogue's own unit.</param>
public readonly record struct ExpertUsage(string Name, int PromptTokens, int CompletionTokens, double Cost);
