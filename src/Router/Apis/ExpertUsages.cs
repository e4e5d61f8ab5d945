using System.Text.Json;
using ExpertCluster.Contracts.Answers;

namespace ExpertCluster.Router.Apis;

/// <summary>The key `experts` of a usage, in JSON: who computed what, and what that cost. Official clients pass it through.</summary>
internal static class ExpertUsages
{
    /// <summary>Nothing where nobody told.</summary>
    public static void Write(Utf8JsonWriter json, Usage usage)
    {
        if (usage.Experts.Count == 0)
        {
            return;
        }

        json.WriteStartArray("experts");
        foreach (var expert in usage.Experts)
        {
            json.WriteStartObject();
            json.WriteString("name", expert.Name);
            json.WriteNumber("prompt_tokens", expert.PromptTokens);
            json.WriteNumber("completion_tokens", expert.CompletionTokens);
            json.WriteNumber("cost", expert.Cost);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
