using System.Text.Json.Nodes;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Tests.Support;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Adapters;

public sealed class PeftConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("peft_type", "\"LOHA\"")]
    [InlineData("peft_type", "null")]
    [InlineData("use_dora", "true")]
    [InlineData("modules_to_save", """["lm_head"]""")]
    [InlineData("bias", "\"all\"")]
    [InlineData("fan_in_fan_out", "true")]
    [InlineData("lora_bias", "true")]
    [InlineData("layer_replication", "[[0, 1]]")]
    [InlineData("trainable_token_indices", "[1]")]
    [InlineData("exclude_modules", """["q_proj"]""")]
    [InlineData("task_type", "\"SEQ_CLS\"")]
    [InlineData("init_lora_weights", "\"pissa\"")]
    [InlineData("r", "0")]
    [InlineData("r", "257")]
    [InlineData("r", "null")]
    [InlineData("lora_alpha", "0")]
    [InlineData("lora_alpha", "null")]
    [InlineData("use_rslora", "1")]
    [InlineData("target_modules", "null")]
    [InlineData("target_modules", "7")]
    [InlineData("target_modules", """["lm_head"]""")]
    [InlineData("target_modules", """["proj"]""")]
    [InlineData("target_modules", "\"(a\"")]
    [InlineData("target_modules", "\"(?=a)a\"")]
    [InlineData("target_modules", "\"nothing\"")]
    [InlineData("layers_to_transform", "[2]")]
    [InlineData("layers_to_transform", "\"all\"")]
    [InlineData("rank_pattern", "[]", "rank_pattern")]
    [InlineData("rank_pattern", """{"q_proj": 0}""", "rank_pattern[q_proj]")]
    [InlineData("rank_pattern", """{"q_proj": 100000}""", "rank_pattern[q_proj]")]
    [InlineData("alpha_pattern", """{"q_proj": "x"}""", "alpha_pattern[q_proj]")]
    public void Load_UnsupportedOrMalformed_NamesTheField(string field, string value, string? named = null)
    {
        RandomAdapter.Write(_folder.Path, RandomCheckpoint.Shape, configure: c => c[field] = JsonNode.Parse(value));
        Failure.Of(() => PeftAdapter.Load(_folder.Path, RandomCheckpoint.Shape), "adapter_config.json", named ?? field);
    }

    [Theory]
    [InlineData("modules_to_save", "[]")]
    [InlineData("rank_pattern", "{}")]
    [InlineData("init_lora_weights", "\"gaussian\"")]
    [InlineData("use_dora", "false")]
    [InlineData("lora_alpha", "7.5")]
    [InlineData("loftq_config", "{}")]
    public void Load_NeutralValues_Pass(string field, string value)
    {
        RandomAdapter.Write(_folder.Path, RandomCheckpoint.Shape, configure: c => c[field] = JsonNode.Parse(value));
        Assert.Equal(4, PeftAdapter.Load(_folder.Path, RandomCheckpoint.Shape).Rank);
    }

    [Fact]
    public void Load_PatternMadeToBacktrack_IsQuick()
    {
        // With a backtracking engine this would outlast any test run.
        RandomAdapter.Write(_folder.Path, RandomCheckpoint.Shape, configure: c => c["rank_pattern"] = new JsonObject { ["((.*)*)*x"] = 9 });
        Assert.Equal(4, PeftAdapter.Load(_folder.Path, RandomCheckpoint.Shape).Rank);
    }
}
