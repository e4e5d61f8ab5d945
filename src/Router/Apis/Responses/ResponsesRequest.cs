using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.Responses;

/// <summary>A request for a response as the cluster understands it.</summary>
/// <param name="Request">What is asked.</param>
/// <param name="Stream">Server-sent events instead of one answer.</param>
internal sealed record ResponsesRequest(CompletionRequest Request, bool Stream)
{
    /// <summary>It goes on without its caller, and is kept to be asked for.</summary>
    public bool Background { get; init; }

    public string? Instructions { get; init; }

    /// <summary>What the answer repeats of the request, as JSON: tools, tool_choice, metadata, text.</summary>
    public IReadOnlyDictionary<string, string> Echo { get; init; } = new Dictionary<string, string>();
}
