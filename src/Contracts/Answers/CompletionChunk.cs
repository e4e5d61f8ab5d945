using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Contracts.Answers;

/// <summary>A piece of an answer.</summary>
public sealed record CompletionChunk
{
    /// <summary>Text that became final with this chunk.</summary>
    public string Text { get; init; } = "";

    public IReadOnlyList<Token> Tokens { get; init; } = [];

    /// <summary>Tokens of the prompt, where <see cref="Completions.CompletionRequest.Echo"/> asks for them; of the first the log-probability says nothing.</summary>
    public IReadOnlyList<Token> Echo { get; init; } = [];

    /// <summary>In the first chunk, and again where another host goes on because the first one was lost.</summary>
    public Plan? Plan { get; init; }

    /// <summary>In the last chunk.</summary>
    public FinishReason Finish { get; init; }

    /// <summary>In the last chunk, where a stop string or a stop token of the request ended it; null: the model did, or the limit.</summary>
    public StopMatch? Stop { get; init; }

    /// <summary>In the last chunk.</summary>
    public Usage? Usage { get; init; }

    /// <summary>In the first chunk, where the backend tells: what the prompt came to; none of its tokens are the answer's.</summary>
    public Usage? PromptUsage { get; init; }
}
