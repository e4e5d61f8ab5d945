using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>An OpenAI request as the cluster understands it.</summary>
/// <param name="Request">The same in our own terms.</param>
/// <param name="Stream">Server-sent events instead of one answer.</param>
/// <param name="IncludeUsage">One more chunk with the usage before the end of a stream.</param>
/// <param name="Logprobs">The caller wants the tokens' log-probabilities.</param>
/// <param name="IsChat">chat/completions, not completions.</param>
internal sealed record OpenAiRequest(CompletionRequest Request, bool Stream, bool IncludeUsage, bool Logprobs, bool IsChat);
