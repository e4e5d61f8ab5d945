using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Reference;

/// <summary>The tensors of a family's checkpoint under their published names.</summary>
internal static class FamilyTensors
{
    private static readonly string[] Attention = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"];
    private static readonly string[] FeedForward = ["mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"];
    private static readonly string[] FusedAttention = ["self_attn.qkv_proj", "self_attn.o_proj"];
    private static readonly string[] FusedFeedForward = ["mlp.gate_up_proj", "mlp.down_proj"];

    /// <summary>Name, shape, and what a vector's values lie around.</summary>
    public static IEnumerable<(string Name, int[] Shape, double Center)> All(ReferenceConfig config)
    {
        // Gemma 2 adds 1 to the weights of its norms.
        double one = config.IsGemma2 ? 0 : 1;
        int hidden = config.Hidden;
        yield return ("model.embed_tokens.weight", [config.Vocabulary, hidden], 0);
        for (int layer = 0; layer < config.Layers; layer++)
        {
            string p = $"model.layers.{layer}";
            yield return ($"{p}.input_layernorm.weight", [hidden], one);
            foreach (var tensor in Modules(config, p, config.IsFused ? FusedAttention : Attention))
            {
                yield return tensor;
            }

            yield return ($"{p}.post_attention_layernorm.weight", [hidden], one);
            if (config.IsGemma2)
            {
                yield return ($"{p}.pre_feedforward_layernorm.weight", [hidden], one);
            }

            foreach (var tensor in Modules(config, p, config.IsFused ? FusedFeedForward : FeedForward))
            {
                yield return tensor;
            }

            if (config.IsGemma2)
            {
                yield return ($"{p}.post_feedforward_layernorm.weight", [hidden], one);
            }

            if (!config.HasHeadNorms)
            {
                continue;
            }

            yield return ($"{p}.self_attn.q_norm.weight", [config.HeadDimension], 1.5);
            yield return ($"{p}.self_attn.k_norm.weight", [config.HeadDimension], 1.5);
        }

        yield return ("model.norm.weight", [hidden], one);
        if (!config.TiedEmbeddings)
        {
            yield return ("lm_head.weight", [config.Vocabulary, hidden], 0);
        }
    }

    /// <summary>Rows and columns of a module's weight.</summary>
    public static (int Outputs, int Inputs) Size(ModelShape shape, string module) => module switch
    {
        "self_attn.q_proj" => (shape.QueryWidth, shape.Hidden),
        "self_attn.k_proj" or "self_attn.v_proj" => (shape.KeyValueWidth, shape.Hidden),
        "self_attn.qkv_proj" => (shape.QueryKeyValueWidth, shape.Hidden),
        "self_attn.o_proj" => (shape.Hidden, shape.QueryWidth),
        "mlp.gate_proj" or "mlp.up_proj" => (shape.Intermediate, shape.Hidden),
        "mlp.gate_up_proj" => (2 * shape.Intermediate, shape.Hidden),
        "mlp.down_proj" => (shape.Hidden, shape.Intermediate),
        _ => throw new ArgumentOutOfRangeException(nameof(module), module, null),
    };

    private static IEnumerable<(string Name, int[] Shape, double Center)> Modules(ReferenceConfig config, string layer, string[] modules)
    {
        foreach (string module in modules)
        {
            (int outputs, int inputs) = Size(config.Shape, module);
            yield return ($"{layer}.{module}.weight", [outputs, inputs], 0);
            if (config.HasBias(module))
            {
                yield return ($"{layer}.{module}.bias", [outputs], 0.2);
            }
        }
    }
}
