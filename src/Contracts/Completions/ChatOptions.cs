namespace ExpertCluster.Contracts.Completions;

/// <summary>How a conversation is rendered with its base's chat template.</summary>
public sealed record ChatOptions
{
    /// <summary>As the template has it.</summary>
    public static readonly ChatOptions Default = new();

    /// <summary>Whether the prompt ends so that the assistant's turn is next. Default: unless <see cref="ContinueFinalMessage"/>.</summary>
    public bool? AddGenerationPrompt { get; init; }

    /// <summary>The prompt ends within the last message, and the answer goes on with it.</summary>
    public bool ContinueFinalMessage { get; init; }

    /// <summary>Variables of the template: a JSON object; empty: none.</summary>
    public string TemplateArguments { get; init; } = "";

    /// <summary>What templates of retrieval read: a JSON array of objects; empty: none.</summary>
    public string Documents { get; init; } = "";

    /// <summary>Functions that the answer may call: a JSON array of {"type": "function", "function": {"name", "description", "parameters"}}; empty: none.</summary>
    public string Tools { get; init; } = "";
}
