namespace ExpertCluster.Reference.Peers;

/// <summary>What llama.cpp calls a family and its modules, and how it orders their rows.</summary>
internal sealed class GgufLayout(ReferenceConfig config)
{
    private static readonly Dictionary<string, string> Architectures = new()
    {
        ["LlamaForCausalLM"] = "llama",
        ["MistralForCausalLM"] = "llama",
        ["Qwen2ForCausalLM"] = "qwen2",
        ["Qwen3ForCausalLM"] = "qwen3",
        ["Phi3ForCausalLM"] = "phi3",
        ["Gemma2ForCausalLM"] = "gemma2",
    };

    // Our module to theirs; Gemma 2's norms have names of their own.
    private static readonly (string Ours, string Theirs)[] Names =
    [
        ("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm"), ("self_attn.q_proj", "attn_q"),
        ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"), ("self_attn.o_proj", "attn_output"),
        ("self_attn.qkv_proj", "attn_qkv"), ("self_attn.q_norm", "attn_q_norm"), ("self_attn.k_norm", "attn_k_norm"),
        ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"), ("mlp.gate_up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down"),
    ];

    private static readonly (string Ours, string Theirs)[] Gemma2Norms =
    [
        ("post_attention_layernorm", "post_attention_norm"), ("pre_feedforward_layernorm", "ffn_norm"), ("post_feedforward_layernorm", "post_ffw_norm"),
    ];

    public string Architecture { get; } = Architectures[config.Family];

    /// <summary>A layer's modules: our name, its name.</summary>
    public IEnumerable<(string Ours, string Theirs)> Modules => config.IsGemma2
        ? [.. Names.Where(n => n.Ours != "post_attention_layernorm"), .. Gemma2Norms]
        : Names;

    /// <summary>llama.cpp's Llama rotates neighbours, not halves: rows i and i + half of each head come to lie side by side.</summary>
    public float[] Arrange(string ours, float[] values, int width)
    {
        bool rotated = ours.Contains("q_proj", StringComparison.Ordinal) || ours.Contains("k_proj", StringComparison.Ordinal);
        if (Architecture != "llama" || !rotated)
        {
            return values;
        }

        int size = config.HeadDimension;
        float[] turned = new float[values.Length];
        for (int row = 0; row < values.Length / width; row++)
        {
            (int head, int place) = (row / size, row % size);
            int target = (head * size) + (place < size / 2 ? 2 * place : (2 * (place - (size / 2))) + 1);
            values.AsSpan(row * width, width).CopyTo(turned.AsSpan(target * width));
        }

        return turned;
    }
}
