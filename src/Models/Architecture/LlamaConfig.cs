using System.Text.Json;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Architecture;

/// <summary>
/// config.json and generation_config.json of a LlamaForCausalLM. What the graphs do not compute is refused by name,
/// never ignored: a field left unread would give plausible, wrong text.
/// </summary>
internal sealed record LlamaConfig(ModelShape Shape, int? BeginToken, IReadOnlyList<int> EndTokens)
{
    public const string File = "config.json";
    public const string GenerationFile = "generation_config.json";
    private const int MaxEndTokens = 64;

    // Fields that change the computation; each must be absent, null, or this value.
    private static readonly (string Name, string Accepted)[] Neutral =
    [
        ("attention_bias", "false"), ("mlp_bias", "false"), ("sliding_window", "null"), ("use_sliding_window", "false"),
        ("hidden_act", "\"silu\""), ("model_type", "\"llama\""), ("is_encoder_decoder", "false"),
        ("quantization_config", "null"), ("attn_logit_softcapping", "null"), ("final_logit_softcapping", "null"),
        ("no_rope_layers", "null"), ("cross_attention_layers", "null"), ("num_local_experts", "null"),
    ];

    public static LlamaConfig Read(CheckpointFolder folder)
    {
        JsonFields config = JsonFile.ReadObject(folder, File);
        CheckArchitecture(config);
        foreach ((string name, string accepted) in Neutral)
        {
            if (config.TryGet(name, out JsonElement value) && value.GetRawText() != accepted)
                config.Refuse(name, $"{JsonFields.Show(value)} is not supported, only {accepted}");
        }

        if (config.TryGet("partial_rotary_factor", out JsonElement factor) && config.Number("partial_rotary_factor", factor, 0, 1) != 1)
            config.Refuse("partial_rotary_factor", $"{JsonFields.Show(factor)} is not supported, only 1");
        ModelShape shape = ReadShape(config);
        ModelShapeLimits.Check(File, shape);
        JsonFields generation = folder.Has(GenerationFile) ? JsonFile.ReadObject(folder, GenerationFile) : config;
        IReadOnlyList<int> begin = Tokens("bos_token_id", shape, generation, config);
        return new LlamaConfig(shape, begin.Count == 0 ? null : begin[0], Tokens("eos_token_id", shape, generation, config));
    }

    private static void CheckArchitecture(JsonFields config)
    {
        if (!config.TryGet("architectures", out JsonElement names)) config.Refuse("architectures", "is missing");
        if (names.ValueKind != JsonValueKind.Array || names.GetArrayLength() != 1 || names[0].ValueKind != JsonValueKind.String
            || names[0].GetString() != "LlamaForCausalLM")
        {
            config.Refuse("architectures", $"{JsonFields.Show(names)} is not supported, only [\"LlamaForCausalLM\"]");
        }
    }

    private static ModelShape ReadShape(JsonFields config)
    {
        int hidden = config.Integer("hidden_size", 1, ModelShapeLimits.Hidden);
        int heads = config.Integer("num_attention_heads", 1, ModelShapeLimits.Heads);
        if (!config.TryGet("head_dim", out _) && hidden % heads != 0)
            config.Refuse("num_attention_heads", $"{heads} does not divide hidden_size {hidden}, and there is no head_dim");
        return new ModelShape
        {
            Vocabulary = config.Integer("vocab_size", 1, ModelShapeLimits.Vocabulary),
            Hidden = hidden,
            Intermediate = config.Integer("intermediate_size", 1, ModelShapeLimits.Intermediate),
            Layers = config.Integer("num_hidden_layers", 1, ModelShapeLimits.Layers),
            Heads = heads,
            KeyValueHeads = config.Integer("num_key_value_heads", 1, ModelShapeLimits.Heads, heads),
            HeadDimension = config.Integer("head_dim", 1, ModelShapeLimits.HeadDimension, Math.Max(1, hidden / heads)),
            MaxPositions = config.Integer("max_position_embeddings", 1, ModelShapeLimits.MaxPositions),
            RopeTheta = RopeConfig.Theta(config),
            NormEpsilon = config.Number("rms_norm_eps", 0, 0.1, 1e-6),
            TiedEmbeddings = config.Boolean("tie_word_embeddings", false),
        };
    }

    /// <summary>One id or a list of them; the first file that has the field decides.</summary>
    private static IReadOnlyList<int> Tokens(string field, ModelShape shape, params ReadOnlySpan<JsonFields> sources)
    {
        foreach (JsonFields source in sources)
        {
            if (!source.TryGet(field, out JsonElement value)) continue;
            if (value.ValueKind != JsonValueKind.Array) return [source.Integer(field, value, 0, shape.Vocabulary - 1)];
            if (value.GetArrayLength() > MaxEndTokens) source.Refuse(field, $"has more than {MaxEndTokens} entries");
            return [.. value.EnumerateArray().Select(item => source.Integer(field, item, 0, shape.Vocabulary - 1)).Distinct()];
        }

        return [];
    }
}
