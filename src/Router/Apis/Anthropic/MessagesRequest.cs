using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.Anthropic;

/// <summary>A request of Anthropic's API as the cluster understands it.</summary>
/// <param name="Request">What is asked.</param>
/// <param name="Stream">Server-sent events instead of one answer.</param>
internal sealed record MessagesRequest(CompletionRequest Request, bool Stream);
