namespace ExpertCluster.Text.Chat;

/// <summary>What a chat template is given beside the conversation.</summary>
public sealed record RenderOptions
{
    public static readonly RenderOptions Default = new();

    /// <summary>Ends the prompt so that the assistant's turn is next.</summary>
    public bool AddGenerationPrompt { get; init; } = true;

    /// <summary>Ends the prompt with the last message's text, so that the answer goes on with it.</summary>
    public bool ContinueFinalMessage { get; init; }

    /// <summary>Variables by name: values that <see cref="ChatValues"/> reads. They go before the tokenizer's special tokens.</summary>
    public IReadOnlyDictionary<string, object?> Variables { get; init; } = ChatMessage.NoFields;

    /// <summary>What templates of retrieval read; null: none.</summary>
    public IReadOnlyList<object?>? Documents { get; init; }

    /// <summary>The date and time that strftime_now tells. The same for a request wherever it runs, so that its prompt is the same.</summary>
    public DateTimeOffset Now { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>Functions that the answer may call, as transformers passes them; null: none.</summary>
    public IReadOnlyList<object?>? Tools { get; init; }
}
