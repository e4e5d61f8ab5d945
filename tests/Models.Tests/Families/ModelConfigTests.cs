using System.Text.Json.Nodes;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Families;
using ExpertCluster.Models.Tests.Support;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Families;

public sealed class ModelConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JsonObject _config = RandomCheckpoint.Config(RandomCheckpoint.Shape);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Complete_GivesTheShape() => Assert.Equal(RandomCheckpoint.Shape, Read().Shape);

    [Fact]
    public void Read_OptionalFieldsAbsent_TakesTheArchitecturesDefaults()
    {
        string[] optional =
            ["head_dim", "num_key_value_heads", "rope_theta", "rms_norm_eps", "tie_word_embeddings", "hidden_act", "model_type"];
        foreach (string name in optional)
        {
            _config.Remove(name);
        }

        _config["num_attention_heads"] = 4;
        var shape = Read().Shape;

        Assert.Equal((16, 4), (shape.HeadDimension, shape.KeyValueHeads));
        Assert.Equal((10000.0, 1e-6, false), (shape.RopeTheta, shape.NormEpsilon, shape.TiedEmbeddings));
    }

    [Theory]
    [InlineData("architectures", """["FalconForCausalLM"]""")]
    [InlineData("architectures", """["LlamaForCausalLM", "Other"]""")]
    [InlineData("architectures", "null")]
    [InlineData("model_type", "\"mistral\"")]
    [InlineData("rope_scaling", """{"rope_type": "mrope", "factor": 8}""")]
    [InlineData("rope_scaling", "[2]")]
    [InlineData("num_experts", "8")]
    [InlineData("attn_logit_softcapping", "50.0")]
    [InlineData("layer_types", """["full_attention"]""")]
    [InlineData("layer_types", """["full_attention", "sliding_attention"]""")]
    [InlineData("layer_types", """["full_attention", "chunked_attention"]""")]
    [InlineData("hidden_act", "\"gelu\"")]
    [InlineData("sliding_window", "4096")]
    [InlineData("quantization_config", """{"quant_method": "gptq"}""")]
    [InlineData("partial_rotary_factor", "0.5")]
    [InlineData("vocab_size", "0")]
    [InlineData("vocab_size", "\"many\"")]
    [InlineData("hidden_size", "1e9")]
    [InlineData("hidden_size", "null")]
    [InlineData("num_hidden_layers", "-1")]
    [InlineData("num_key_value_heads", "4")]
    [InlineData("head_dim", "7")]
    [InlineData("head_dim", "4")]
    [InlineData("head_dim", "21")]
    [InlineData("max_position_embeddings", "99999999")]
    [InlineData("rope_theta", "0")]
    [InlineData("rms_norm_eps", "-1e-5")]
    [InlineData("tie_word_embeddings", "\"yes\"")]
    public void Read_UnsupportedOrOutOfRange_NamesTheField(string field, string value)
    {
        _config[field] = JsonNode.Parse(value);
        Failure.Of(() => Read(), "config.json", field);
    }

    [Fact]
    public void Read_LargeFieldsWhoseProductOverflows_NamesOne()
    {
        _config["hidden_size"] = 65536;
        _config["intermediate_size"] = 262144;
        Failure.Of(() => Read(), "config.json", "intermediate_size", "hidden_size");
    }

    [Theory]
    [InlineData("rope_scaling", """{"rope_type": "default"}""", 10000)]
    [InlineData("rope_parameters", """{"rope_type": "default", "rope_theta": 500000.0}""", 500000)]
    public void Read_PlainRotaryInNewerForm_GivesTheta(string field, string value, double theta)
    {
        _config[field] = JsonNode.Parse(value);
        Assert.Equal(theta, Read().Shape.RopeTheta);
    }

    [Theory]
    [InlineData(null, "5", 5)]
    [InlineData("7", "5", 7, 5)]
    [InlineData("7", null, 7)]
    [InlineData("[7, 9, 7]", "[5, 9]", 7, 9, 5)]
    [InlineData("null", "5", 5)]
    [InlineData(null, null)]
    public void Read_EndTokens_AreThoseOfEitherFile(string? generation, string? config, params int[] expected)
    {
        if (generation is not null)
        {
            File.WriteAllText(_folder["generation_config.json"], $$"""{"eos_token_id": {{generation}}}""");
        }

        if (config is not null)
        {
            _config["eos_token_id"] = JsonNode.Parse(config);
        }

        Assert.Equal(expected, Read().EndTokens);
    }

    [Theory]
    [InlineData("272")]
    [InlineData("-1")]
    [InlineData("[1, \"x\"]")]
    public void Read_EndTokenOutsideTheVocabulary_NamesTheField(string value)
    {
        _config["eos_token_id"] = JsonNode.Parse(value);
        Failure.Of(() => Read(), "config.json", "eos_token_id", "271");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"vocab_size": 1, "vocab_size": 2}""")]
    [InlineData("")]
    public void Read_NotAnObject_NamesTheFile(string text)
    {
        File.WriteAllText(_folder["config.json"], text);
        Failure.Of(() => ModelConfig.Read(new CheckpointFolder(_folder.Path)), "config.json", null, "JSON");
    }

    private ModelConfig Read()
    {
        File.WriteAllText(_folder["config.json"], _config.ToJsonString());
        return ModelConfig.Read(new CheckpointFolder(_folder.Path));
    }
}
