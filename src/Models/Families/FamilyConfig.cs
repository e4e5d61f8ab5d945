using System.Text.Json;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Architecture.Rope;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Families;

/// <summary>
/// A family's view of config.json: what all families have in common is read here, with the defaults that differ passed in.
/// What the graphs do not compute is refused by name, never ignored: a field left unread would give plausible, wrong text.
/// </summary>
internal sealed class FamilyConfig(JsonFields fields)
{
    /// <summary>Fields that change the computation; each must be absent, null, or this value, unless the family reads it.</summary>
    public static IReadOnlyList<(string Name, string Accepted)> Guarded { get; } =
    [
        ("attention_bias", "false"), ("mlp_bias", "false"), ("sliding_window", "null"), ("use_sliding_window", "false"),
        ("layer_types", "null"), ("is_encoder_decoder", "false"), ("quantization_config", "null"), ("attn_logit_softcapping", "null"),
        ("final_logit_softcapping", "null"), ("query_pre_attn_scalar", "null"), ("hidden_activation", "null"), ("no_rope_layers", "null"),
        ("cross_attention_layers", "null"), ("num_local_experts", "null"), ("num_experts", "null"), ("qk_layernorm", "false"),
        ("use_qk_norm", "false"), ("clip_qkv", "null"), ("use_bidirectional_attention", "false"), ("use_mrope", "false"),
        ("embedding_multiplier", "1"), ("residual_multiplier", "1"), ("attention_multiplier", "null"), ("logits_scaling", "1"),
    ];

    private static readonly Dictionary<string, Activation> Activations = new(StringComparer.Ordinal)
    {
        ["silu"] = Activation.Silu,
        ["swish"] = Activation.Silu,
        ["gelu_pytorch_tanh"] = Activation.GeluTanh,
        ["gelu_new"] = Activation.GeluTanh,
    };

    public JsonFields Fields => fields;

    /// <summary>Refuses what neither the family nor the graphs know.</summary>
    public void Guard(IModelFamily family)
    {
        foreach ((string name, string accepted) in Guarded.Append(("model_type", $"\"{family.ModelType}\"")))
        {
            if (family.Reads.Contains(name) || !fields.TryGet(name, out var value))
            {
                continue;
            }

            string text = value.ValueKind == JsonValueKind.Number && value.GetDouble() == 1 ? "1" : value.GetRawText();
            if (text != accepted)
            {
                fields.Refuse(name, $"{JsonFields.Show(value)} is not supported for {family.Name}, only {accepted}");
            }
        }
    }

    /// <summary>Dimensions, rotary embedding and activation; everything else of the result is still the plain Llama's.</summary>
    /// <param name="defaults">What fields mean that are absent.</param>
    public ModelArchitecture Read(FamilyDefaults defaults)
    {
        int hidden = fields.Integer("hidden_size", 1, ModelShapeLimits.Hidden);
        int heads = fields.Integer("num_attention_heads", 1, ModelShapeLimits.Heads);
        int layers = fields.Integer("num_hidden_layers", 1, ModelShapeLimits.Layers);
        if (defaults.HeadDimension is null && !fields.TryGet("head_dim", out _) && hidden % heads != 0)
        {
            fields.Refuse("num_attention_heads", $"{heads} does not divide hidden_size {hidden}, and there is no head_dim");
        }

        int dimension = fields.Integer("head_dim", 1, ModelShapeLimits.HeadDimension, defaults.HeadDimension ?? Math.Max(1, hidden / heads));
        int positions = fields.Integer("max_position_embeddings", 1, ModelShapeLimits.MaxPositions);
        var rotary = RopeConfig.Read(fields, dimension, positions, defaults.PartialRotary, out double theta);
        ModelShape shape = new()
        {
            Vocabulary = fields.Integer("vocab_size", 1, ModelShapeLimits.Vocabulary),
            Hidden = hidden,
            Intermediate = fields.Integer("intermediate_size", 1, ModelShapeLimits.Intermediate),
            Layers = layers,
            Heads = heads,
            KeyValueHeads = fields.Integer("num_key_value_heads", 1, ModelShapeLimits.Heads, defaults.KeyValueHeads ?? heads),
            HeadDimension = dimension,
            MaxPositions = rotary.Positions,
            RopeTheta = theta,
            NormEpsilon = fields.Number("rms_norm_eps", 0, 0.1, defaults.NormEpsilon),
            TiedEmbeddings = fields.Boolean("tie_word_embeddings", defaults.TiedEmbeddings),
        };
        ModelShapeLimits.Check(fields.File, shape);
        return new ModelArchitecture
        {
            Shape = shape,
            Rotary = rotary,
            Activation = ActivationOf(defaults.ActivationField),
            AttentionScale = 1 / Math.Sqrt(dimension),
            Windows = new int[layers],
        };
    }

    /// <summary>A window in tokens: a number, null for none, or the family's default where the field is absent.</summary>
    public int Window(int otherwise)
    {
        const string Field = "sliding_window";
        if (!fields.Root.TryGetProperty(Field, out var value))
        {
            return otherwise;
        }

        return value.ValueKind == JsonValueKind.Null ? 0 : fields.Integer(Field, value, 1, int.MaxValue);
    }

    /// <summary>c in c * tanh(x / c); null is none, 0.</summary>
    public double SoftCap(string field, double otherwise)
    {
        if (!fields.Root.TryGetProperty(field, out var value))
        {
            return otherwise;
        }

        return value.ValueKind == JsonValueKind.Null ? 0 : fields.Number(field, value, 0, 1e6);
    }

    /// <summary>Each layer's window: layer_types decides, and where it is absent the family's own rule.</summary>
    public int[] Windows(ModelShape shape, int window, Func<int, bool> slides)
    {
        const string Field = "layer_types";
        bool[] sliding = [.. Enumerable.Range(0, shape.Layers).Select(slides)];
        if (fields.TryGet(Field, out var types))
        {
            if (types.ValueKind != JsonValueKind.Array || types.GetArrayLength() != shape.Layers)
            {
                fields.Refuse(Field, $"must be a list of {shape.Layers} names");
            }

            for (int layer = 0; layer < shape.Layers; layer++)
            {
                sliding[layer] = Slides(types[layer]);
            }
        }

        if (window == 0 && fields.TryGet(Field, out _) && sliding.Contains(true))
        {
            fields.Refuse(Field, "needs a sliding_window");
        }
        // A window that no sequence fills is none.
        return [.. sliding.Select(slide => slide && window < shape.MaxPositions ? window : 0)];

        bool Slides(JsonElement type)
        {
            if (type.ValueKind == JsonValueKind.String && type.GetString() is "full_attention" or "sliding_attention")
            {
                return type.GetString() == "sliding_attention";
            }

            fields.Refuse(Field, $"{JsonFields.Show(type)} is not supported, only full_attention and sliding_attention");
            return false;
        }
    }

    private Activation ActivationOf(string field)
    {
        string name = fields.Text(field) ?? fields.Text("hidden_act") ?? "silu";
        if (!Activations.TryGetValue(name, out var activation))
        {
            fields.Refuse(field, $"\"{name}\" is not supported, only {string.Join(", ", Activations.Keys)}");
        }

        return activation;
    }
}
