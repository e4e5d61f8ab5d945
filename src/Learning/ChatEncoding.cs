namespace ExpertCluster.Learning;

/// <summary>How text becomes a base's tokens, so that the token gate is taught on what it will see.</summary>
/// <param name="Prompt">A user's message as the chat template renders it, up to where the answer begins.</param>
/// <param name="Text">Plain text without special tokens.</param>
/// <param name="EndToken">The token after an answer; null if there is none.</param>
public sealed record ChatEncoding(Func<string, IReadOnlyList<int>> Prompt, Func<string, IReadOnlyList<int>> Text, int? EndToken = null);
