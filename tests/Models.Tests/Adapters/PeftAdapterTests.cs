using System.Text.Json.Nodes;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Tests.Support;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Adapters;

public sealed class PeftAdapterTests : IDisposable
{
    private const string Query1 = "model.layers.1.self_attn.q_proj";
    private const string Tensors = "adapter_model.safetensors";

    private static readonly ModelShape Shape = RandomCheckpoint.Shape;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_AllProjections_LaysOutBySegment()
    {
        var adapter = Load(rank: 4);
        var qkv = adapter.Layers[1][(int)LoraSite.QueryKeyValue]!;

        Assert.Equal(4, adapter.Rank);
        Assert.Equal(3 * 4 * Shape.Hidden, qkv.A.Length);
        Assert.Equal(4 * Shape.QueryKeyValueWidth, qkv.B.Length);
        Assert.Equal(2 * 4 * Shape.Hidden, adapter.Layers[0][(int)LoraSite.GateUp]!.A.Length);
    }

    /// <summary>Against B A x computed straight from the file's tensors.</summary>
    [Theory]
    [InlineData("self_attn.q_proj", LoraSite.QueryKeyValue, 0, 0)]
    [InlineData("self_attn.k_proj", LoraSite.QueryKeyValue, 1, 96)]
    [InlineData("self_attn.v_proj", LoraSite.QueryKeyValue, 2, 128)]
    [InlineData("mlp.up_proj", LoraSite.GateUp, 1, 160)]
    [InlineData("mlp.down_proj", LoraSite.Down, 0, 0)]
    public void Load_OneProjection_GivesTheFilesProduct(string projection, LoraSite site, int segment, int firstColumn)
    {
        var adapter = Load(rank: 4);
        using var file = Models.Checkpoints.SafetensorsFile.Open(new(_folder.Path), Tensors);
        string name = $"base_model.model.model.layers.1.{projection}";
        float[] a = Read(file, $"{name}.lora_A.weight");
        float[] b = Read(file, $"{name}.lora_B.weight");
        var weights = adapter.Layers[1][(int)site]!;
        int inputs = site.InputWidth(Shape);
        int all = site.OutputWidth(Shape);

        for (int output = 0; output < b.Length / 4; output += 7)
        {
            for (int input = 0; input < inputs; input += 5)
            {
                double expected = 0;
                double actual = 0;
                for (int i = 0; i < 4; i++)
                {
                    expected += 2.0 * b[(output * 4) + i] * a[(i * inputs) + input];
                    actual += (double)weights.B[(i * all) + firstColumn + output] * weights.A[(((segment * 4) + i) * inputs) + input];
                }

                Assert.Equal(expected, actual, 1e-5);
            }
        }
    }

    [Fact]
    public void Load_FusedModules_HaveOneSegment()
    {
        var fused = Shape with { FusedProjections = true };
        var adapter = PeftAdapter.Load(RandomAdapter.Write(_folder.Path, fused, rank: 4), fused);
        var qkv = adapter.Layers[0][(int)LoraSite.QueryKeyValue]!;
        var gateUp = adapter.Layers[1][(int)LoraSite.GateUp]!;

        Assert.Equal((4 * Shape.Hidden, 4 * Shape.QueryKeyValueWidth), (qkv.A.Length, qkv.B.Length));
        Assert.Equal((4 * Shape.Hidden, 8 * Shape.Intermediate), (gateUp.A.Length, gateUp.B.Length));
    }

    [Theory]
    [InlineData(true, "q_proj")]
    [InlineData(true, "up_proj")]
    [InlineData(false, "qkv_proj")]
    [InlineData(false, "gate_up_proj")]
    public void Load_ModuleOfAnotherFamily_IsRefusedByName(bool isFused, string target)
    {
        var shape = Shape with { FusedProjections = isFused };
        RandomAdapter.Write(_folder.Path, shape, configure: c => c["target_modules"] = new JsonArray(target));
        Failure.Of(() => PeftAdapter.Load(_folder.Path, shape), "adapter_config.json", "target_modules", "no projection of the base");
    }

    [Fact]
    public void Load_RankPattern_PadsSmallerRanksWithZeros()
    {
        var adapter = Load(
            rank: 2, rankOf: m => m == Query1 ? 6 : 2, configure: c => c["rank_pattern"] = new JsonObject { ["layers.1.self_attn.q_proj"] = 6 });
        var first = adapter.Layers[0][(int)LoraSite.Output]!;

        Assert.Equal(6, adapter.Rank);
        Assert.All(first.A[(2 * Shape.QueryWidth)..], v => Assert.Equal(0, v));
        Assert.All(first.B[(2 * Shape.Hidden)..], v => Assert.Equal(0, v));
        Assert.Contains(first.B[..(2 * Shape.Hidden)], v => v != 0);
    }

    [Theory]
    [InlineData("""{"lora_alpha": 12}""", 3.0)]
    [InlineData("""{"lora_alpha": 12, "use_rslora": true}""", 6.0)]
    [InlineData("""{"lora_alpha": 12, "alpha_pattern": {"model.layers.1.self_attn.o_proj": 2}}""", 0.5)]
    [InlineData("""{"lora_alpha": 12, "alpha_pattern": {".*o_proj": 2}}""", 0.5)]
    [InlineData("""{"lora_alpha": 12, "alpha_pattern": {"q_proj": 2}}""", 3.0)]
    public void Load_Scale_IsMultipliedIntoB(string fields, double scale)
    {
        float[] plain = Load(rank: 4, configure: c => c["lora_alpha"] = 4).Layers[1][(int)LoraSite.Output]!.B;
        float[] scaled = Load(rank: 4, configure: c =>
        {
            foreach ((string name, var value) in JsonNode.Parse(fields)!.AsObject())
            {
                c[name] = value!.DeepClone();
            }
        }).Layers[1][(int)LoraSite.Output]!.B;

        for (int i = 0; i < plain.Length; i++)
        {
            Assert.Equal(plain[i] * scale, scaled[i], 1e-6);
        }
    }

    [Theory]
    [InlineData("""["q_proj"]""", "self_attn.q_proj")]
    [InlineData("""["model.layers.1.self_attn.q_proj"]""", "layers.1.self_attn.q_proj")]
    [InlineData("\".*self_attn\\\\.(q|k)_proj\"", "self_attn.q_proj", "self_attn.k_proj")]
    [InlineData("\"all-linear\"", "")]
    public void Load_TargetModules_NameEndingsOrAPattern(string targets, params string[] adapted)
    {
        var adapter = Load(
            adapts: m => Array.Exists(adapted, part => m.Contains(part, StringComparison.Ordinal)),
            configure: c => c["target_modules"] = JsonNode.Parse(targets));

        Assert.NotNull(adapter.Layers[1][(int)LoraSite.QueryKeyValue]);
        Assert.Equal(targets.Contains("all-linear", StringComparison.Ordinal), adapter.Layers[0][(int)LoraSite.Down] is not null);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("[1]")]
    public void Load_LayersToTransform_LeavesTheOthersAlone(string layers)
    {
        var adapter = Load(
            adapts: m => m.Contains("layers.1.", StringComparison.Ordinal), configure: c => c["layers_to_transform"] = JsonNode.Parse(layers));

        Assert.All(adapter.Layers[0], Assert.Null);
        Assert.All(adapter.Layers[1], Assert.NotNull);
    }

    [Fact]
    public void Load_Digest_FollowsContentAndScaleOnly()
    {
        string first = Load(seed: 1).Digest;
        string again = Load(seed: 1, configure: c => c["base_model_name_or_path"] = "elsewhere").Digest;
        string other = Load(seed: 2).Digest;
        string scaled = Load(seed: 1, configure: c => c["lora_alpha"] = 1).Digest;

        Assert.Equal(first, again);
        Assert.Equal(3, new[] { first, other, scaled }.Distinct().Count());
        Assert.Matches("^[0-9a-f]{64}$", first);
    }

    [Fact]
    public void Load_OtherHiddenSize_SaysAnotherBaseWithBothShapes()
    {
        RandomAdapter.Write(_folder.Path, Shape with { Hidden = 32 });
        Failure.Of(
            () => PeftAdapter.Load(_folder.Path, Shape), Tensors, "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight",
            "[4, 32]", "[4, 64]", "another base");
    }

    [Fact]
    public void Load_MoreLayersThanTheBase_NamesTheTensor()
    {
        RandomAdapter.Write(_folder.Path, Shape with { Layers = 3 });
        const string Tensor = "base_model.model.model.layers.2.self_attn.q_proj.lora_A.weight";
        Failure.Of(() => PeftAdapter.Load(_folder.Path, Shape), Tensors, Tensor, "no module of this base");
    }

    [Fact]
    public void Load_TensorRankOtherThanTheConfigs_SaysSo() =>
        Failure.Of(
            () => Load(rank: 4, rankOf: m => m == Query1 ? 8 : 4),
            Tensors,
            $"base_model.model.{Query1}.lora_A.weight",
            "[8, 64]",
            "gives it rank 4");

    [Fact]
    public void Load_TargetedTensorMissing_NamesIt() =>
        Failure.Of(() => Load(adapts: m => m != Query1), Tensors, $"base_model.model.{Query1}.lora_A.weight", "is missing");

    [Fact]
    public void Load_ScaleThatOverflows_NamesTheTensor()
    {
        RandomAdapter.Write(_folder.Path, Shape, configure: c => c["lora_alpha"] = 1e6);
        byte[] bytes = File.ReadAllBytes(_folder[Tensors]);
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), 3e38f);
        File.WriteAllBytes(_folder[Tensors], bytes);
        Failure.Of(() => PeftAdapter.Load(_folder.Path, Shape), Tensors, "base_model.model.model.layers.1.mlp.down_proj.lora_B.weight", "overflows");
    }

    /// <summary>A state dict of DeepSpeed's or ms-swift's, under PEFT's name for an adapter that has none.</summary>
    [Fact]
    public void Load_NamesOfAStateDict_AreTheSameAdapter()
    {
        string plain = Load(rank: 4).Digest;
        Rename(name => name.Replace(".weight", ".default.weight", StringComparison.Ordinal));

        Assert.Equal(plain, PeftAdapter.Load(_folder.Path, Shape).Digest);
    }

    [Fact]
    public void Load_NamesOfAnAdapterWithAName_SaysWhatToDo()
    {
        Load(rank: 4);
        Rename(name => name.Replace(".weight", ".mine.weight", StringComparison.Ordinal));

        var failure = Assert.Throws<Models.Checkpoints.CheckpointException>(() => PeftAdapter.Load(_folder.Path, Shape));
        Assert.Contains("\"mine\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains("save_pretrained", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("base_model.model.model.embed_tokens.weight", "save_embedding_layers=False")]
    [InlineData("base_model.model.lm_head.weight", "save_embedding_layers=False")]
    [InlineData("base_model.model.model.embed_tokens.lora_embedding_A", "train without embed_tokens")]
    [InlineData("base_model.model.lm_head.lora_A.weight", "train without lm_head")]
    [InlineData("base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector", "use_dora false")]
    [InlineData("base_model.model.score.modules_to_save.default.weight", "merge the adapter into its base")]
    public void Load_TensorOfAnotherKind_SaysWhatToDo(string tensor, string advice)
    {
        Load(rank: 4);
        SafetensorsWriter.Write(_folder[Tensors], [.. Content(), (tensor, [2], [1, 2])]);

        Failure.Of(() => PeftAdapter.Load(_folder.Path, Shape), Tensors, tensor, advice);
    }

    [Fact]
    public void Load_PickleOnly_SaysWhatToDo()
    {
        Load(rank: 4);
        File.Move(_folder[Tensors], _folder["adapter_model.bin"]);

        Failure.Of(() => PeftAdapter.Load(_folder.Path, Shape), Tensors, null, "adapter_model.bin", "convert it to safetensors");
    }

    [Fact]
    public void Load_PointerInTheTensorsPlace_SaysWhatToDo()
    {
        Load(rank: 4);
        File.WriteAllText(_folder[Tensors], "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123\n");

        Failure.Of(() => PeftAdapter.Load(_folder.Path, Shape), Tensors, null, "git lfs pull");
    }

    [Theory]
    [InlineData("adapter_config.json")]
    [InlineData(Tensors)]
    public void Load_FileMissing_NamesIt(string name)
    {
        RandomAdapter.Write(_folder.Path, Shape);
        File.Delete(_folder[name]);
        Failure.Of(() => PeftAdapter.Load(_folder.Path, Shape), name, null, "is missing");
    }

    private AdapterWeights Load(
        int rank = 4, int seed = 1, Func<string, bool>? adapts = null, Func<string, int>? rankOf = null, Action<JsonObject>? configure = null) =>
        PeftAdapter.Load(RandomAdapter.Write(_folder.Path, Shape, rank, seed, adapts, rankOf, configure), Shape);

    private void Rename(Func<string, string> rename) =>
        SafetensorsWriter.Write(_folder[Tensors], [.. Content().Select(tensor => tensor with { Name = rename(tensor.Name) })]);

    private (string Name, int[] Shape, float[] Values)[] Content()
    {
        using var file = Models.Checkpoints.SafetensorsFile.Open(new(_folder.Path), Tensors);
        return [.. file.Tensors.Values.Select(info => (info.Name, info.Shape.Select(d => (int)d).ToArray(), Read(file, info.Name)))];
    }

    private static float[] Read(Models.Checkpoints.SafetensorsFile file, string name)
    {
        float[] values = new float[file.Tensors[name].Elements];
        file.Read(file.Tensors[name], 0, values);
        return values;
    }
}
