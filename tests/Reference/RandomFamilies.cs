using System.Text.Json.Nodes;

namespace ExpertCluster.Reference;

/// <summary>Small configurations of every supported family and kind of rotary embedding, each with its own oddities in it.</summary>
public static class RandomFamilies
{
    /// <summary>Longer than every window of <see cref="Configs"/>, and longer than a block of sixteen keys.</summary>
    public const int Tokens = 40;

    private static readonly Dictionary<string, string> Differences = new(StringComparer.Ordinal)
    {
        ["llama"] = """{"architectures": ["LlamaForCausalLM"], "model_type": "llama"}""",
        ["llama-biases"] = """{"architectures": ["LlamaForCausalLM"], "attention_bias": true, "mlp_bias": true}""",
        ["llama-linear"] = """{"architectures": ["LlamaForCausalLM"], "rope_scaling": {"type": "linear", "factor": 2.5}}""",
        ["llama-dynamic"] = """{"architectures": ["LlamaForCausalLM"], "rope_scaling": {"type": "dynamic", "factor": 2}}""",
        ["llama-llama3"] = """
            {"architectures": ["LlamaForCausalLM"], "rope_theta": 500000, "rope_scaling": {"rope_type": "llama3", "factor": 8,
             "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 32}}
            """,
        ["llama-yarn"] = """
            {"architectures": ["LlamaForCausalLM"], "rope_scaling": {"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 16,
             "beta_fast": 4, "beta_slow": 1}}
            """,
        ["mistral"] = """{"architectures": ["MistralForCausalLM"], "model_type": "mistral", "sliding_window": 21}""",
        ["mistral-full"] = """{"architectures": ["MistralForCausalLM"], "model_type": "mistral", "sliding_window": null}""",
        ["qwen2"] = """
            {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "use_sliding_window": false, "sliding_window": 8,
             "max_window_layers": 1, "rope_theta": 1000000}
            """,
        ["qwen2-yarn"] = """
            {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "rope_parameters": {"rope_type": "yarn", "rope_theta": 1000,
             "factor": 2, "original_max_position_embeddings": 64, "mscale": 1.5, "mscale_all_dim": 0.5}}
            """,
        ["qwen2-window"] = """
            {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "use_sliding_window": true, "sliding_window": 5, "max_window_layers": 1}
            """,
        ["qwen3"] = """{"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "rope_theta": 1000000, "head_dim": 32, "tie_word_embeddings": false}""",
        ["phi3"] = """{"architectures": ["Phi3ForCausalLM"], "model_type": "phi3", "sliding_window": 18, "tie_word_embeddings": false}""",
        ["phi3-partial"] = """
            {"architectures": ["Phi3ForCausalLM"], "model_type": "phi3", "sliding_window": null, "head_dim": 32, "partial_rotary_factor": 0.5}
            """,
        ["phi3-long"] = """
            {"architectures": ["Phi3ForCausalLM"], "model_type": "phi3", "max_position_embeddings": 512, "original_max_position_embeddings": 64,
             "rope_scaling": {"type": "longrope", "short_factor": [1, 1.05, 1.1, 1.2, 1.5, 2, 3, 4], "long_factor": [1, 2, 3, 4, 5, 6, 7, 8]}}
            """,
        ["gemma2"] = """
            {"architectures": ["Gemma2ForCausalLM"], "model_type": "gemma2", "hidden_activation": "gelu_pytorch_tanh", "hidden_act": "gelu_pytorch_tanh",
             "sliding_window": 7, "attn_logit_softcapping": 5.0, "final_logit_softcapping": 3.0, "query_pre_attn_scalar": 24,
             "num_hidden_layers": 3}
            """,
        ["llama-8-a-head"] = """{"architectures": ["LlamaForCausalLM"], "head_dim": 8}""",
        ["llama-100-a-head"] = """{"architectures": ["LlamaForCausalLM"], "head_dim": 100, "num_attention_heads": 2, "num_key_value_heads": 1}""",
        ["qwen3-10-a-head"] = """{"architectures": ["Qwen3ForCausalLM"], "head_dim": 10}""",
        ["phi3-40-a-head"] = """{"architectures": ["Phi3ForCausalLM"], "head_dim": 40, "partial_rotary_factor": 0.75, "sliding_window": 18}""",
        ["gemma2-24-a-head"] = """
            {"architectures": ["Gemma2ForCausalLM"], "hidden_activation": "gelu_pytorch_tanh", "hidden_act": "gelu_pytorch_tanh", "head_dim": 24,
             "sliding_window": 7, "attn_logit_softcapping": 5.0, "final_logit_softcapping": 3.0, "query_pre_attn_scalar": 24}
            """,
        ["qwen3-yarn-of-vllm"] = """
            {"architectures": ["Qwen3ForCausalLM"], "head_dim": 32, "rope_scaling": {"rope_type": "yarn", "factor": 4,
             "original_max_position_embeddings": 16, "attn_factor": 0.8782488562869419}}
            """,
    };

    public static IReadOnlyCollection<string> Names => Differences.Keys;

    /// <summary>config.json of one of <see cref="Names"/>.</summary>
    public static JsonObject Config(string name)
    {
        var config = RandomCheckpoint.Config(RandomCheckpoint.Shape);
        config.Remove("model_type");
        foreach ((string field, var value) in JsonNode.Parse(Differences[name])!.AsObject())
        {
            config[field] = value?.DeepClone();
        }

        return config;
    }

    /// <summary><see cref="Tokens"/> tokens of the vocabulary.</summary>
    public static int[] Prompt(int seed = 1)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Tokens).Select(_ => random.Next(RandomCheckpoint.Shape.Vocabulary))];
    }
}
