using System.Text.Json.Nodes;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Families;
using ExpertCluster.Models.Tests.Support;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Families;

/// <summary>What each family reads of its config.json, what an absent field means to it, and what it refuses.</summary>
public sealed class ModelFamilyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. RandomFamilies.Names];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_EachFamily_GivesTheSizesThatTheOracleReads(string name)
    {
        var config = RandomFamilies.Config(name);
        var shape = Read(config).Shape;
        Assert.Equal(new ReferenceConfig(config).Shape with { MaxPositions = shape.MaxPositions }, shape);
    }

    [Fact]
    public void Read_MistralWithoutTheField_HasTheFamilysWindow()
    {
        var config = RandomFamilies.Config("mistral");
        config["max_position_embeddings"] = 8192;
        config.Remove("sliding_window");
        Assert.Equal([4096, 4096], Read(config).Windows);
        config["sliding_window"] = null;
        Assert.Equal([0, 0], Read(config).Windows);
    }

    [Fact]
    public void Read_WindowThatNoSequenceFills_IsNone()
    {
        var config = RandomFamilies.Config("mistral");
        config["sliding_window"] = 64;
        Assert.Equal([0, 0], Read(config).Windows);
        config["sliding_window"] = 63;
        Assert.Equal([63, 63], Read(config).Windows);
    }

    [Fact]
    public void Read_LayerTypes_GoBeforeTheFamilysRule()
    {
        var config = RandomFamilies.Config("gemma2");
        Assert.Equal([7, 0, 7], Read(config).Windows);
        config["layer_types"] = new JsonArray("full_attention", "sliding_attention", "full_attention");
        Assert.Equal([0, 7, 0], Read(config).Windows);
    }

    [Fact]
    public void Read_Qwen2Window_NeedsItsSwitchAndTheFirstLayers()
    {
        var config = RandomFamilies.Config("qwen2-window");
        Assert.Equal([0, 5], Read(config).Windows);
        config.Remove("max_window_layers");
        Assert.Equal([0, 0], Read(config).Windows);
    }

    [Fact]
    public void Read_Gemma2WithoutItsFields_TakesTheFamilysDefaults()
    {
        var config = RandomFamilies.Config("gemma2");
        string[] optional =
        [
            "head_dim", "query_pre_attn_scalar", "attn_logit_softcapping", "final_logit_softcapping", "tie_word_embeddings", "hidden_activation",
        ];
        foreach (string name in optional)
        {
            config.Remove(name);
        }

        var model = Read(config);

        Assert.Equal((256, true), (model.Shape.HeadDimension, model.Shape.TiedEmbeddings));
        Assert.Equal((1.0 / 16, 50, 30), (model.AttentionScale, model.AttentionSoftCap, model.LogitSoftCap));
        Assert.Equal((Activation.GeluTanh, 1, 8), (model.Activation, model.NormOffset, model.EmbeddingScale));
        config["attn_logit_softcapping"] = null;
        Assert.Equal(0, Read(config).AttentionSoftCap);
    }

    [Fact]
    public void Read_Biases_AreThoseOfTheFamily()
    {
        Assert.Equal([LoraSite.QueryKeyValue], Read(RandomFamilies.Config("qwen2")).Biases);
        Assert.Equal(LoraSites.All, Read(RandomFamilies.Config("llama-biases")).Biases);
        Assert.Empty(Read(RandomFamilies.Config("qwen3")).Biases);
    }

    [Theory]
    [InlineData("qwen2", "model_type", "\"qwen2_moe\"")]
    [InlineData("qwen2", "num_experts", "60")]
    [InlineData("qwen2", "partial_rotary_factor", "0.5")]
    [InlineData("qwen3", "hidden_act", "\"relu\"")]
    [InlineData("phi3", "attention_bias", "true")]
    [InlineData("phi3-partial", "partial_rotary_factor", "0.1")]
    [InlineData("gemma2", "hidden_activation", "\"gelu\"")]
    [InlineData("gemma2", "use_bidirectional_attention", "true")]
    [InlineData("mistral", "sliding_window", "0")]
    [InlineData("mistral", "attn_logit_softcapping", "30.0")]
    public void Read_NotSupported_NamesTheField(string family, string field, string value)
    {
        var config = RandomFamilies.Config(family);
        config[field] = JsonNode.Parse(value);
        Failure.Of(() => Read(config), "config.json", field);
    }

    private ModelArchitecture Read(JsonObject config)
    {
        File.WriteAllText(_folder["config.json"], config.ToJsonString());
        return ModelConfig.Read(new CheckpointFolder(_folder.Path)).Architecture;
    }
}
