namespace ExpertCluster.Bench.Peers;

/// <summary>What came of a request.</summary>
/// <param name="FirstToken">From the request to the first event.</param>
/// <param name="Tokens">Generated, as the server counts them.</param>
/// <param name="PromptTokens">As the server counts them.</param>
/// <param name="Text">All of it.</param>
internal sealed record PeerAnswer(TimeSpan FirstToken, int Tokens, int PromptTokens, string Text);
