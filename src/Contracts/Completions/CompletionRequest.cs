using ExpertCluster.Contracts.Tools;

namespace ExpertCluster.Contracts.Completions;

/// <summary>What a client asks, whatever API it came by. A prompt, its tokens, or messages.</summary>
public sealed record CompletionRequest
{
    /// <summary>What a client calls the gate's own choice.</summary>
    public const string Auto = "auto";

    /// <summary>What the answer is called, so that its caller can say later how it was: 32 lower-case hexadecimal digits. Empty: it gets one.</summary>
    public string Id { get; init; } = "";

    /// <summary><see cref="Auto"/> or empty for the gate, or the name of an expert or a base.</summary>
    public string Model { get; init; } = "";

    /// <summary>Continued as it stands; null where there are messages.</summary>
    public string? Prompt { get; init; }

    /// <summary>The same as tokens, which only the base of a <see cref="Model"/> by name knows; null where there is a text.</summary>
    public IReadOnlyList<int>? PromptTokens { get; init; }

    /// <summary>Rendered with the base's chat template; null where there is a prompt.</summary>
    public IReadOnlyList<ChatMessage>? Messages { get; init; }

    /// <summary>How <see cref="Messages"/> are rendered.</summary>
    public ChatOptions Chat { get; init; } = ChatOptions.Default;

    /// <summary>What the answer may call; what the template is told of it stands in <see cref="Chat"/>.</summary>
    public ToolWish Tools { get; init; } = ToolWish.None;

    public Sampling Sampling { get; init; } = Sampling.Default;

    /// <summary>Whether the tokens of the prompt come before the answer's, each with what the plan gives it: a text is scored so. Not beside <see cref="Messages"/>.</summary>
    public bool Echo { get; init; }

    /// <summary>What the answer's text has to be; null: anything.</summary>
    public StructuredOutput? Structure { get; init; }

    public MergeWish Merge { get; init; } = MergeWish.None;

    public RoutingWish Routing { get; init; } = RoutingWish.None;

    /// <summary>Reads a header of whatever carried the request, by its name; null where it has none. Rules ask.</summary>
    public Func<string, string?>? Header { get; init; }

    /// <summary>The version of each expert that shall answer, where it has one; null: chance decides, by the catalogue's percent.</summary>
    public ExpertVersion? Version { get; init; }

    /// <summary>Whose request it is, as a number that says nothing else: callers take turns where they wait. 0: nobody in particular.</summary>
    public ulong Caller { get; init; }

    /// <summary>Whether the choice is left to the gate.</summary>
    public bool IsAuto => Model.Length == 0 || Model == Auto;
}
