using System.Text.Json;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>A field that OpenAI's or vLLM's completions know.</summary>
/// <param name="Name">As clients write it.</param>
/// <param name="State">What becomes of it.</param>
/// <param name="Note">Its values; or why it changes nothing, or is refused.</param>
internal sealed record RequestField(string Name, FieldState State, string Note)
{
    /// <summary>Whether /v1/chat/completions has it.</summary>
    public bool InChat { get; init; } = true;

    /// <summary>Whether /v1/completions has it.</summary>
    public bool InCompletions { get; init; } = true;

    /// <summary>Values of a refused field that ask for nothing, beside null: what clients send as their default.</summary>
    public IReadOnlyList<JsonElement> Neutral { get; init; } = [];

    public bool IsNeutral(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null || Neutral.Any(neutral => JsonElement.DeepEquals(neutral, value));
}
