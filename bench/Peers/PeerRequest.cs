namespace ExpertCluster.Bench.Peers;

/// <summary>What one stream asks for, of both sides alike.</summary>
/// <param name="Prompt">Text.</param>
/// <param name="MaxTokens">Every stream goes to its full length.</param>
/// <param name="Adapter">Null: the base alone.</param>
internal sealed record PeerRequest(string Prompt, int MaxTokens, int? Adapter);
