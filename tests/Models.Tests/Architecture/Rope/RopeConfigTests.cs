using System.Text.Json;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Architecture.Rope;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Tests.Support;
using ExpertCluster.Reference;

namespace ExpertCluster.Models.Tests.Architecture.Rope;

public sealed class RopeConfigTests
{
    public static TheoryData<string> Names => [.. RandomFamilies.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_EachKind_EqualsTheReference(string name)
    {
        var config = RandomFamilies.Config(name);
        ReferenceConfig reference = new(config);
        var rotary = Read(config.ToJsonString(), reference.HeadDimension);

        Assert.Equal(reference.Rope.Scale, rotary.Scale, 1e-12);
        Assert.Equal(reference.Rope.Frequencies.Count, rotary.Frequencies.Count);
        Assert.All(rotary.Frequencies.Zip(reference.Rope.Frequencies), pair => Assert.Equal(1, pair.First / pair.Second, 1e-12));
    }

    // Frequencies of theta 10,000 and 32 elements, worked out by hand from the papers' formulas.
    [Theory]
    [InlineData("""{"type": "linear", "factor": 4}""", 0, 0.25)]
    [InlineData("""{"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8192}""", 0, 1)]
    [InlineData("""{"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8192}""", 15, 2.22284926e-05)]
    [InlineData("""{"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 2048}""", 0, 1)]
    [InlineData("""{"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 2048}""", 15, 4.44569852e-05)]
    public void Read_Scaled_GivesTheKnownFrequency(string scaling, int pair, double expected) =>
        Assert.Equal(1, Read($$"""{"rope_scaling": {{scaling}}}""", 32).Frequencies[pair] / expected, 1e-7);

    [Theory]
    [InlineData("""{"rope_scaling": {"type": "dynamic", "factor": 4}}""", 4096)]
    [InlineData("""{"rope_scaling": {"type": "linear", "factor": 4}}""", 4096)]
    [InlineData("""{"rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 4096}}""", 16384)]
    [InlineData("""{"rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 1024}}""", 4096)]
    public void Read_Positions_AreThoseThatTheFrequenciesHoldFor(string config, int expected) => Assert.Equal(expected, Read(config, 32).Positions);

    // transformers' own factor, vLLM's multiplier of it (DeepSeek-R1-0528-Qwen3-8B: 1 in the end), and both with DeepSeek's two scales.
    [Theory]
    [InlineData("""{"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 32768, "attn_factor": 0.8782488562869419}""", 1)]
    [InlineData("""{"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 32768}""", 1.1386294361119891)]
    [InlineData("""{"rope_type": "yarn", "factor": 4, "attn_factor": 2}""", 2.2772588722239782)]
    [InlineData("""{"rope_type": "yarn", "factor": 4, "attn_factor": null, "attention_factor": 1.5}""", 1.5)]
    [InlineData("""{"type": "yarn", "factor": 16, "original_max_position_embeddings": 4096, "finetuned": true}""", 1.2772588722239782)]
    [InlineData("""{"rope_type": "yarn", "factor": 4, "extrapolation_factor": 1.0, "attn_factor": 1}""", 1.1386294361119891)]
    [InlineData("""{"rope_type": "yarn", "factor": 4, "mscale": 2, "mscale_all_dim": 1, "attn_factor": 0.5}""", 0.5608760)]
    public void Read_Yarn_GivesTheScale(string scaling, double expected) => Assert.Equal(expected, Read($$"""{"rope_scaling": {{scaling}}}""", 32).Scale, 1e-6);

    [Theory]
    [InlineData("""{"rope_scaling": {"type": "yarn", "factor": 4, "attn_factor": 1, "attention_factor": 1}}""", "rope_scaling.attn_factor")]
    [InlineData("""{"rope_scaling": {"type": "yarn", "factor": 4, "attn_factor": 0}}""", "rope_scaling.attn_factor")]
    [InlineData("""{"rope_scaling": {"type": "yarn", "factor": 4, "extrapolation_factor": 0.5}}""", "rope_scaling.extrapolation_factor")]
    [InlineData("""{"rope_scaling": {"type": "linear", "factor": 4, "attn_factor": 1}}""", "rope_scaling.attn_factor")]
    [InlineData("""{"partial_rotary_factor": 0.6}""", "partial_rotary_factor")]
    [InlineData("""{"rope_scaling": {"factor": 4}}""", "rope_scaling")]
    [InlineData("""{"rope_scaling": {"type": "mrope"}}""", "rope_scaling")]
    [InlineData("""{"rope_scaling": {"type": "linear"}}""", "rope_scaling.factor")]
    [InlineData("""{"rope_scaling": {"type": "linear", "factor": 0}}""", "rope_scaling.factor")]
    [InlineData("""{"rope_scaling": {"type": "linear", "factor": 2, "short_factor": [1]}}""", "rope_scaling.short_factor")]
    [InlineData("""{"rope_scaling": {"type": "default", "mrope_section": [1]}}""", "rope_scaling.mrope_section")]
    [InlineData("""{"rope_scaling": {"type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4}}""", "rope_scaling.high_freq_factor")]
    [InlineData("""{"rope_scaling": {"type": "longrope", "short_factor": [1], "long_factor": [1]}}""", "rope_scaling.short_factor")]
    [InlineData("""{"rope_parameters": {"full_attention": {"rope_type": "default"}}}""", "rope_parameters")]
    [InlineData("""{"rope_parameters": {"rope_type": "default"}, "rope_scaling": {"type": "default"}}""", "rope_parameters")]
    [InlineData("""{"rope_parameters": {"rope_type": "default", "rope_theta": -1}}""", "rope_parameters.rope_theta")]
    public void Read_NotSupported_NamesTheField(string config, string field) => Failure.Of(() => Read(config, 32), "config.json", field);

    private static RotaryEmbedding Read(string config, int headDimension)
    {
        using var document = JsonDocument.Parse(config);
        JsonFields fields = new("config.json", document.RootElement);
        return RopeConfig.Read(fields, headDimension, fields.Integer("max_position_embeddings", 1, 1 << 20, 4096), partial: true, out _);
    }
}
