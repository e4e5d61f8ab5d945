using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ExpertCluster.Contracts.Answers;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>
/// Log-probabilities in the formats of chat and of completions. Tokens stand with their own text; one whose bytes are no whole characters as `token_id:7`, as vLLM writes it.
/// </summary>
internal static class OpenAiLogprobs
{
    /// <summary>JSON has no minus infinity; vLLM writes this.</summary>
    private const float Least = -9999;

    public static void WriteChat(Utf8JsonWriter json, IReadOnlyList<Token> tokens)
    {
        json.WriteStartObject("logprobs");
        json.WriteStartArray("content");
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            WriteOne(json, token.Id, token.LogProbability, BytesOf(token));
            json.WriteStartArray("top_logprobs");
            foreach (var likely in token.Detail?.Top ?? [])
            {
                json.WriteStartObject();
                WriteOne(json, likely.Id, likely.LogProbability, likely.Bytes.Span);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <param name="json">Gets the key logprobs.</param>
    /// <param name="tokens">Of this part of the answer.</param>
    /// <param name="beginsPrompt">The first of them is a prompt's first, which nothing gives a probability.</param>
    /// <param name="offset">Characters of the answer before them, as Python counts them.</param>
    /// <returns>Characters of the answer behind them.</returns>
    public static int WriteCompletion(Utf8JsonWriter json, IReadOnlyList<Token> tokens, int offset, bool beginsPrompt = false)
    {
        json.WriteStartObject("logprobs");
        json.WriteStartArray("text_offset");
        foreach (var token in tokens)
        {
            json.WriteNumberValue(offset);
            offset += token.Text.EnumerateRunes().Count();
        }

        json.WriteEndArray();
        json.WriteStartArray("token_logprobs");
        for (int i = 0; i < tokens.Count; i++)
        {
            if (i == 0 && beginsPrompt)
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteNumberValue(Written(tokens[i].LogProbability));
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("tokens");
        foreach (var token in tokens)
        {
            json.WriteStringValue(NameOf(token.Id, BytesOf(token)));
        }

        json.WriteEndArray();
        json.WriteStartArray("top_logprobs");
        for (int i = 0; i < tokens.Count; i++)
        {
            if (i == 0 && beginsPrompt)
            {
                json.WriteNullValue();
            }
            else
            {
                WriteTop(json, tokens[i]);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return offset;
    }

    /// <summary>The likeliest, and the token itself where it is not one of them, as OpenAI has it. Of two that read alike the likelier stands there.</summary>
    private static void WriteTop(Utf8JsonWriter json, Token token)
    {
        HashSet<string> written = new(StringComparer.Ordinal);
        json.WriteStartObject();
        foreach (var likely in token.Detail?.Top ?? [])
        {
            Write(NameOf(likely.Id, likely.Bytes.Span), likely.LogProbability);
        }

        Write(NameOf(token.Id, BytesOf(token)), token.LogProbability);
        json.WriteEndObject();

        void Write(string name, float logProbability)
        {
            if (written.Add(name))
            {
                json.WriteNumber(name, Written(logProbability));
            }
        }
    }

    private static void WriteOne(Utf8JsonWriter json, int id, float logProbability, ReadOnlySpan<byte> bytes)
    {
        json.WriteString("token", NameOf(id, bytes));
        json.WriteNumber("logprob", Written(logProbability));
        json.WriteStartArray("bytes");
        foreach (byte one in bytes)
        {
            json.WriteNumberValue(one);
        }

        json.WriteEndArray();
    }

    private static ReadOnlySpan<byte> BytesOf(Token token) => token.Detail is { } detail ? detail.Bytes.Span : Encoding.UTF8.GetBytes(token.Text);

    private static string NameOf(int id, ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : FormattableString.Invariant($"token_id:{id}");

    private static float Written(float logProbability) => logProbability >= Least ? logProbability : Least;
}
