using System.Globalization;
using System.Text.Json;
using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Reads how tokens are drawn. Defaults are OpenAI's, not ours: whoever speaks its API counts on them.</summary>
internal static class SamplingReader
{
    public static Sampling Read(JsonFields fields, JsonFields? extension, bool isChat)
    {
        int? most = fields.Integer("max_tokens");
        return new Sampling
        {
            MaxTokens = (isChat ? fields.Integer("max_completion_tokens") : null) ?? most,
            Temperature = fields.Number("temperature") ?? 1,
            TopP = fields.Number("top_p") ?? 1,

            // vLLM's clients say -1 for "all".
            TopK = fields.Integer("top_k") is var k && k == -1 ? 0 : k,
            MinP = fields.Number("min_p"),
            RepetitionPenalty = fields.Number("repetition_penalty"),
            PresencePenalty = fields.Number("presence_penalty"),
            FrequencyPenalty = fields.Number("frequency_penalty"),
            LogitBias = ReadBias(fields),
            AllowedTokens = ReadAllowed(fields),
            BadWords = [.. Texts(fields, "bad_words")],
            MinTokens = fields.Integer("min_tokens"),
            StopTokens = [.. Tokens(fields, "stop_token_ids")],
            TopLogprobs = isChat ? ReadChatLogprobs(fields) : ReadLogprobs(fields),
            Seed = ReadSeed(fields),
            Stop = fields.Get("stop") is { ValueKind: JsonValueKind.String } one ? [one.GetString()!] : [.. Texts(fields, "stop")],
            IgnoreEos = fields.Boolean("ignore_eos"),
            Extra = extension is { } own ? ExpertClusterExtension.ReadSampling(own) : Sampling.Default.Extra,
        };
    }

    private static ulong? ReadSeed(JsonFields fields) => fields.Get("seed") is not { } seed ? null
        : seed.ValueKind == JsonValueKind.Number && seed.TryGetInt64(out long value) ? unchecked((ulong)value)
        : throw JsonFields.Wrong("seed", "must be a whole number of at most 64 bits");

    private static int? ReadChatLogprobs(JsonFields fields)
    {
        int? top = fields.Integer("top_logprobs");
        return fields.Boolean("logprobs") ? top ?? 0
            : top is null or 0 ? null
            : throw JsonFields.Wrong("top_logprobs", "needs logprobs to be true");
    }

    private static int? ReadLogprobs(JsonFields fields) => fields.Integer("logprobs") is not { } most ? null
        : most is >= 0 and <= SamplingRanges.MostTop ? most
        : throw JsonFields.Wrong("logprobs", $"is {most}; it must be from 0 to {SamplingRanges.MostTop}");

    private static IReadOnlyDictionary<int, float> ReadBias(JsonFields fields)
    {
        if (fields.Object("logit_bias") is not { } biases || !biases.Names.Any())
        {
            return Sampling.Default.LogitBias;
        }

        Dictionary<int, float> read = [];
        foreach (string name in biases.Names)
        {
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int token))
            {
                throw JsonFields.Wrong("logit_bias", $"has \"{RequestLimits.Shorten(name)}\"; its names must be ids of tokens");
            }

            read[token] = biases.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetSingle(out float bias)
                ? bias
                : throw JsonFields.Wrong("logit_bias", $"gives token {token} no number; it must be from -{SamplingRanges.LargestBias} to {SamplingRanges.LargestBias}");
        }

        return read;
    }

    /// <summary>An empty list would allow nothing, and must not allow all.</summary>
    private static int[] ReadAllowed(JsonFields fields)
    {
        int[] allowed = [.. Tokens(fields, "allowed_token_ids")];
        return allowed.Length > 0 || fields.Get("allowed_token_ids") is null
            ? allowed
            : throw JsonFields.Wrong("allowed_token_ids", $"is empty; 1 to {SamplingRanges.MostAllowed} tokens are taken");
    }

    /// <summary>Ids of tokens.</summary>
    public static IEnumerable<int> Tokens(JsonFields fields, string name) => fields.Array(name).Select(e =>
        e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out int token) && token >= 0 ? token : throw JsonFields.Wrong(name, "must be an array of ids of tokens: whole numbers from 0 on"));

    private static IEnumerable<string> Texts(JsonFields fields, string name) => fields.Array(name).Select(e =>
        e.ValueKind == JsonValueKind.String ? e.GetString()! : throw JsonFields.Wrong(name, "must be an array of strings"));
}
