namespace ExpertCluster.Bench.Stack;

/// <summary>What one stream asks for; the same of the bare runtime and of the stack.</summary>
internal sealed record StreamRequest(string Prompt, int MaxTokens, float Temperature, ulong Seed);
