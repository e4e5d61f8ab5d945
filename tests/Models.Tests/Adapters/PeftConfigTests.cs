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
    [InlineData("lora_bias", "true")]
    [InlineData("layer_replication", "[[0, 1]]")]
    [InlineData("trainable_token_indices", "[1]")]
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
    [InlineData("target_modules", "\"nothing\"")]
    [InlineData("target_modules", "[7]")]
    [InlineData("target_modules", "[]")]
    [InlineData("target_modules", "\"(?=a\"")]
    [InlineData("target_modules", "\"^(?=vision).*q_proj$\"")]
    [InlineData("exclude_modules", "7")]
    [InlineData("exclude_modules", "\"(\"")]
    [InlineData("exclude_modules", "\".*\"")]
    [InlineData("layers_to_transform", "[2]")]
    [InlineData("layers_to_transform", "-1")]
    [InlineData("layers_to_transform", "[0.5]")]
    [InlineData("layers_to_transform", "\"all\"")]
    [InlineData("layers_pattern", "\"layers\"")]
    [InlineData("layers_pattern", "7")]
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
    [InlineData("fan_in_fan_out", "true")]
    [InlineData("layers_to_transform", "[]")]
    [InlineData("layers_to_transform", "[0, 1]")]
    [InlineData("layers_to_transform", "[0, 1, 2, 77]")]
    [InlineData("layers_pattern", "[]")]
    [InlineData("layers_pattern", "\"\"")]
    [InlineData("layers_pattern", "[\"\"]")]
    [InlineData("exclude_modules", "[]")]
    [InlineData("exclude_modules", "\"\"")]
    [InlineData("exclude_modules", "[\"lm_head\", \"vision_tower\"]")]
    [InlineData("exclude_modules", "\".*(?=vision).*\"")]
    [InlineData("target_modules", """["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "query_key_value", "W_pack", "lm_head"]""")]
    [InlineData("target_modules", "\"ALL-LINEAR\"")]
    [InlineData("target_modules", "\"^(model(?=\\\\.).*\\\\.(q|k|v|o|gate|up|down)_proj)$\"")]
    [InlineData("target_modules", "\"^(?!.*(?:vision|lm_head)).*_proj$\"")]
    [InlineData("target_modules", "\"(?P<all>.*)_proj\"")]
    [InlineData("target_modules", "\".*(?P<what>p)roj(?<=(?P=what)roj)\"")]
    [InlineData("rank_pattern", "{\"(?=vision)q_proj\": 9}")]
    public void Load_NeutralValues_Pass(string field, string value)
    {
        RandomAdapter.Write(_folder.Path, RandomCheckpoint.Shape, configure: c => c[field] = JsonNode.Parse(value));
        Assert.Equal(4, PeftAdapter.Load(_folder.Path, RandomCheckpoint.Shape).Rank);
    }

    /// <summary>As PEFT: what stands before the number, in one pattern of several; one that stands nowhere leaves no layer.</summary>
    [Theory]
    [InlineData("\"layers\"", true)]
    [InlineData("[\"layers\"]", true)]
    [InlineData("[\"h\", \"layers\"]", true)]
    [InlineData("\"(?:h|layers)\"", true)]
    [InlineData("null", true)]
    [InlineData("\"blocks\"", false)]
    [InlineData("[\"blocks\", \"h\"]", false)]
    public void Load_LayersPatternBesideLayers_ChoosesThem(string pattern, bool passes)
    {
        RandomAdapter.Write(
            _folder.Path, RandomCheckpoint.Shape, adapts: m => m.Contains("layers.1.", StringComparison.Ordinal), configure: c =>
            {
                c["layers_to_transform"] = new JsonArray(1, 3);
                c["layers_pattern"] = JsonNode.Parse(pattern);
            });
        if (!passes)
        {
            Failure.Of(() => PeftAdapter.Load(_folder.Path, RandomCheckpoint.Shape), "adapter_config.json", "layers_to_transform");
            return;
        }

        var adapter = PeftAdapter.Load(_folder.Path, RandomCheckpoint.Shape);
        Assert.All(adapter.Layers[0], Assert.Null);
        Assert.All(adapter.Layers[1], Assert.NotNull);
    }

    [Theory]
    [InlineData("[\"down_proj\", \"layers.0.mlp.up_proj\"]")]
    [InlineData("\"(?:.*down_proj|.*layers\\\\.0\\\\.mlp\\\\.up_proj)\"")]
    [InlineData("\".*(?=down_proj|0\\\\.mlp\\\\.up_proj).*\"")]
    public void Load_ExcludedModules_HaveNoTensors(string excluded)
    {
        RandomAdapter.Write(
            _folder.Path,
            RandomCheckpoint.Shape,
            adapts: m => !m.EndsWith("down_proj", StringComparison.Ordinal) && m != "model.layers.0.mlp.up_proj",
            configure: c => c["exclude_modules"] = JsonNode.Parse(excluded));

        Assert.Null(PeftAdapter.Load(_folder.Path, RandomCheckpoint.Shape).Layers[1][(int)Models.Architecture.LoraSite.Down]);
    }

    [Fact]
    public void Load_LookAheadThatTakesTooLong_GoesByTheTensors()
    {
        RandomAdapter.Write(_folder.Path, RandomCheckpoint.Shape, configure: c => c["target_modules"] = "(?=m)((?:[a-z._0-9]|[a-z._])+)+(?!.)(?<=Q)");
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
