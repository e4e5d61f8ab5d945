using System.Text.Json.Nodes;
using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Reference;

/// <summary>config.json as the oracle reads it: by itself, field by field, for the families that <see cref="RandomFamilies"/> writes.</summary>
public sealed class ReferenceConfig(JsonObject json)
{
    public string Family => (string)json["architectures"]![0]!;

    public bool IsGemma2 => Family == "Gemma2ForCausalLM";

    public bool IsFused => Family == "Phi3ForCausalLM";

    public bool HasHeadNorms => Family == "Qwen3ForCausalLM";

    public int Vocabulary => Int("vocab_size");

    public int Hidden => Int("hidden_size");

    public int Intermediate => Int("intermediate_size");

    public int Layers => Int("num_hidden_layers");

    public int Heads => Int("num_attention_heads");

    public int KeyValueHeads => Int("num_key_value_heads");

    public int HeadDimension => json["head_dim"] is JsonNode size ? (int)size : Hidden / Heads;

    public double NormEpsilon => Double("rms_norm_eps");

    public bool TiedEmbeddings => (bool?)json["tie_word_embeddings"] ?? IsGemma2;

    public double AttentionScale => Math.Pow(json["query_pre_attn_scalar"] is JsonNode scalar ? (double)scalar : HeadDimension, -0.5);

    /// <summary>0 for none.</summary>
    public double AttentionCap => (double?)json["attn_logit_softcapping"] ?? 0;

    /// <summary>0 for none.</summary>
    public double LogitCap => (double?)json["final_logit_softcapping"] ?? 0;

    public string Activation => (string?)json["hidden_activation"] ?? (string?)json["hidden_act"] ?? "silu";

    public ReferenceRope Rope => new(json, HeadDimension);

    public bool HasBias(string projection) => projection switch
    {
        "self_attn.q_proj" or "self_attn.k_proj" or "self_attn.v_proj" => Family == "Qwen2ForCausalLM" || Flag("attention_bias"),
        "self_attn.o_proj" => Flag("attention_bias"),
        _ => Flag("mlp_bias"),
    };

    /// <summary>How many positions a layer's row sees, its own included.</summary>
    public int Window(int layer)
    {
        int window = (int?)json["sliding_window"] ?? int.MaxValue;
        if (json["layer_types"] is JsonArray types)
        {
            return (string?)types[layer] == "sliding_attention" ? window : int.MaxValue;
        }

        return Family switch
        {
            "MistralForCausalLM" or "Phi3ForCausalLM" => window,
            "Gemma2ForCausalLM" => layer % 2 == 0 ? window : int.MaxValue,
            "Qwen2ForCausalLM" or "Qwen3ForCausalLM" => Flag("use_sliding_window") && layer >= Int("max_window_layers") ? window : int.MaxValue,
            _ => int.MaxValue,
        };
    }

    /// <summary>The sizes, for what describes adapters.</summary>
    public ModelShape Shape => new()
    {
        Vocabulary = Vocabulary,
        Hidden = Hidden,
        Intermediate = Intermediate,
        Layers = Layers,
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        HeadDimension = HeadDimension,
        MaxPositions = Int("max_position_embeddings"),
        RopeTheta = Rope.Theta,
        NormEpsilon = NormEpsilon,
        TiedEmbeddings = TiedEmbeddings,
        FusedProjections = IsFused,
    };

    private bool Flag(string name) => (bool?)json[name] ?? false;

    private int Int(string name) => (int)json[name]!;

    private double Double(string name) => (double)json[name]!;
}
