using System.Text;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Families;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>config.json of a checkpoint.</summary>
internal sealed class ModelConfigTarget(string folder) : FileTarget(folder, ModelConfig.File)
{
    private const string Phi3 = """
        {"architectures":["Phi3ForCausalLM"],"model_type":"phi3","vocab_size":64,"hidden_size":64,"intermediate_size":64,"num_hidden_layers":2,"num_attention_heads":2,"max_position_embeddings":8192,
        "original_max_position_embeddings":4096,"sliding_window":2047,"partial_rotary_factor":0.5,"rope_scaling":{"type":"longrope","short_factor":[1,1,1,1,1,1,1,1],"long_factor":[2,2,2,2,2,2,2,2]},"eos_token_id":[1,2]}
        """;

    private const string Gemma2 = """
        {"architectures":["Gemma2ForCausalLM"],"model_type":"gemma2","vocab_size":64,"hidden_size":64,"intermediate_size":64,"num_hidden_layers":2,"num_attention_heads":2,"num_key_value_heads":1,"head_dim":32,
        "max_position_embeddings":512,"hidden_activation":"gelu_pytorch_tanh","attn_logit_softcapping":50.0,"final_logit_softcapping":30.0,"query_pre_attn_scalar":32,"sliding_window":256,"layer_types":["sliding_attention","full_attention"]}
        """;

    private const string Llama3 = """
        {"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":64,"hidden_size":64,"intermediate_size":64,"num_hidden_layers":2,"num_attention_heads":2,"max_position_embeddings":131072,"attention_bias":true,
        "rope_parameters":{"rope_type":"llama3","rope_theta":500000.0,"factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":8192}}
        """;

    private const string Yarn = """
        {"architectures":["Qwen2ForCausalLM"],"model_type":"qwen2","vocab_size":64,"hidden_size":64,"intermediate_size":64,"num_hidden_layers":2,"num_attention_heads":2,"num_key_value_heads":2,"max_position_embeddings":32768,
        "rope_scaling":{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":8192,"beta_fast":32,"beta_slow":1,"attention_factor":1.1,"truncate":true},"use_sliding_window":false,"max_window_layers":2}
        """;

    public override string Name => "model-config";

    public override int Executions => 16000;

    public override bool IsJson => true;

    public override long MostAllocated(int length) => (4L << 20) + (500L * length);

    public override IReadOnlyList<string> Words =>
    [
        "architectures", "LlamaForCausalLM", "MistralForCausalLM", "Qwen3ForCausalLM", "model_type", "llama", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim",
        "max_position_embeddings", "rope_theta", "rope_scaling", "rope_parameters", "rope_type", "type", "linear", "dynamic", "yarn", "longrope", "su", "default", "factor", "mscale", "mscale_all_dim", "short_factor", "long_factor",
        "original_max_position_embeddings", "sliding_window", "layer_types", "full_attention", "hidden_act", "silu", "eos_token_id", "bos_token_id", "tie_word_embeddings", "rms_norm_eps", "partial_rotary_factor",
    ];

    public override IEnumerable<byte[]> Seeds() => [Demo("base", "config.json"), .. ((string[])[Phi3, Gemma2, Llama3, Yarn]).Select(Encoding.UTF8.GetBytes)];

    public override Outcome Run(byte[] input)
    {
        Write(input);
        try
        {
            ModelConfig.Read(new CheckpointFolder(Folder));
            return Outcome.Taken;
        }
        catch (CheckpointException refused)
        {
            return Outcome.Refused(refused.Message);
        }
    }
}
