using System.Text.Json;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Encoders;

namespace ExpertCluster.Router.Apis.Encoders;

/// <summary>What answers of encoders have in common, whatever path they go by.</summary>
internal static class EncoderAnswers
{
    /// <summary>Usage, the content's revision, and the object's end.</summary>
    public static void WriteEnd(Utf8JsonWriter json, EncodingAnswer answer)
    {
        long tokens = answer.Texts.Sum(t => (long)t.Tokens);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", tokens);
        json.WriteNumber("total_tokens", tokens);
        json.WriteEndObject();
        json.WriteStartObject(ExpertClusterExtension.Key);
        json.WriteString("revision", answer.Revision);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
