using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Models.Onnx.Format;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Onnx;

/// <summary>What the runtime binds to: names, types and dimensions, written out.</summary>
public sealed class GraphContractTests : IDisposable
{
    private static readonly string[] FlatInputs =
    [
        "input_ids i32 T", "slot i32 T", "pos i32 T", "out_rows i32 R", "lora_idx i32 T,k", "lora_w f32 T,k",
        "kc.0 u8 slots,2,M,bytes", "vc.0 u8 slots,2,M,bytes",
        "lA.0.qkv u8 cap,r3,bytesA", "lB.0.qkv u8 cap,r,bytesB", "lR.0.qkv i32 cap", "lA.0.o u8 cap,r,bytesA", "lB.0.o u8 cap,r,bytesB", "lR.0.o i32 cap",
        "lA.0.gu u8 cap,r2,bytesA", "lB.0.gu u8 cap,r,bytesB", "lR.0.gu i32 cap", "lA.0.down u8 cap,r,bytesA", "lB.0.down u8 cap,r,bytesB", "lR.0.down i32 cap",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Flat_InputsAndOutputs_AreTheRuntimesContract()
    {
        var graph = Import("flat.onnx").Graph;

        Assert.Equal(FlatInputs, graph.Input.Select(Describe).Take(FlatInputs.Length));
        Assert.Equal(6 + (2 * 14), graph.Input.Count);
        Assert.Equal(
            ["logits f32 R,272", "kc.out.0 u8 slots,2,M,bytes", "vc.out.0 u8 slots,2,M,bytes", "kc.out.1 u8 slots,2,M,bytes", "vc.out.1 u8 slots,2,M,bytes"],
            graph.Output.Select(Describe));
    }

    [Fact]
    public void Flat_Operators_CarryTheirAttributes()
    {
        var graph = Import("flat.onnx").Graph;
        var attention = graph.Node.First(n => n.OpType == "SlotAttention");
        var lora = graph.Node.First(n => n.OpType == "RowLora");

        Assert.Equal(("expertcluster", "expertcluster"), (attention.Domain, lora.Domain));
        Assert.Equal(["0.qkv.lora", "kc.0", "vc.0", "slot", "pos", "cos", "sin"], attention.Input);
        Assert.Equal(["0.attn", "kc.out.0", "vc.out.0"], attention.Output);
        Assert.Equal(
            [("num_heads", 6L, 0f), ("kv_heads", 2L, 0f), ("scale", 0L, 0.25f), ("window", 0, 0), ("softcap", 0, 0), ("norm_epsilon", 0, 1e-5f)],
            attention.Attribute.Select(a => (a.Name, a.I, a.F)));
        Assert.Equal(["0.x1", "0.qkv.y", "lA.0.qkv", "lB.0.qkv", "lR.0.qkv", "lora_idx", "lora_w"], lora.Input);
        Assert.Equal([96L, 32, 32], lora.Attribute.Single(a => a.Name == "segments").Ints);
    }

    // What a family needs is in its graph, and what it does not need costs it no node.
    [Theory]
    [InlineData("llama", 0, 0, 0, 7, 0, 0f)]
    [InlineData("qwen2", 1, 0, 0, 7, 0, 0f)]
    [InlineData("qwen3", 0, 0, 0, 9, 0, 0f)]
    [InlineData("mistral", 0, 0, 0, 7, 21, 0f)]
    [InlineData("gemma2", 0, 2, 3, 7, 7, 5f)]
    public void Flat_EachFamily_HasTheNodesThatItNeeds(
        string name, int biases, int postNorms, int scalings, int attentionInputs, long window, float cap)
    {
        string checkpoint = RandomCheckpoint.Write(_folder["in"], RandomFamilies.Config(name));
        ModelImporter.Import(checkpoint, _folder["out"], new ImportOptions());
        var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(_folder["out"], "flat.onnx"))).Graph;
        int layers = graph.Node.Count(n => n.OpType == "SlotAttention");
        var attention = graph.Node.First(n => n.OpType == "SlotAttention");

        Assert.Equal(biases * layers, graph.Node.Count(n => n.OpType == "Add"));
        Assert.Equal(1 + (postNorms * layers), graph.Node.Count(n => n.OpType == "SimplifiedLayerNormalization"));
        Assert.Equal(scalings + layers, graph.Node.Count(n => n.OpType == "Mul"));
        Assert.Equal(attentionInputs, attention.Input.Count);
        Assert.Equal((window, cap), (attention.Attribute.Single(a => a.Name == "window").I, attention.Attribute.Single(a => a.Name == "softcap").F));
    }

    [Fact]
    public void Portable_Inputs_AreTheRuntimesContract()
    {
        var graph = Import("portable.onnx").Graph;
        string[] expected =
        [
            "input_ids i32 B,S", "seqlens_k i32 B", "total_seq i32 1", "out_rows i32 R", "lora_idx i32 B,S,k", "lora_w f32 B,S,k", "lora_set i32 n",
            "past.0.key f32 B,2,M,16", "past.0.value f32 B,2,M,16", "lA.0.qkv f32 cap,r3,64",
        ];
        Assert.Equal(expected, graph.Input.Select(Describe).Take(expected.Length));
        Assert.Equal(["logits f32 R,272", "present.0.key f32 B,2,M,16", "present.0.value f32 B,2,M,16"], graph.Output.Select(Describe).Take(3));
    }

    [Theory]
    [InlineData(Quantization.Q8, 8)]
    [InlineData(Quantization.Q4, 4)]
    public void Flat_Quantised_MultipliesInBlocks(Quantization quantization, int bits)
    {
        var graph = Import("flat.onnx", quantization).Graph;
        var head = graph.Node.Single(n => n.Output[0] == "logits");

        Assert.DoesNotContain(graph.Node, n => n.OpType is "MatMul" or "Gemm");
        Assert.Equal("MatMulNBits", head.OpType);
        Assert.Equal(
            [("K", 64L), ("N", 272L), ("bits", bits), ("block_size", 32), ("accuracy_level", 4)], head.Attribute.Select(a => (a.Name, a.I)));
        Assert.Equal([272L, 2, 32 * bits / 8], graph.Initializer.Single(t => t.Name == "head.q").Dims);
    }

    [Fact]
    public void Weights_EveryTensor_BeginsOnAPageOfTheSharedFile()
    {
        var flat = Import("flat.onnx").Graph;
        var portable = ModelProto.Parser.ParseFrom(File.ReadAllBytes(_folder["out/portable.onnx"])).Graph;
        var places = flat.Initializer.ToDictionary(t => t.Name, Place);

        Assert.All(flat.Initializer, t => Assert.Equal("weights.bin", t.ExternalData[0].Value));
        Assert.All(flat.Initializer, t => Assert.Equal(0, long.Parse(t.ExternalData[1].Value) % 4096));
        Assert.All(portable.Initializer.Where(t => t.ExternalData.Count > 0), t => Assert.Equal(places[t.Name], Place(t)));
    }

    private ModelProto Import(string file, Quantization quantization = Quantization.None)
    {
        string checkpoint = RandomCheckpoint.Write(_folder["in"], RandomCheckpoint.Shape);
        ModelImporter.Import(checkpoint, _folder["out"], new ImportOptions { Quantization = quantization });
        return ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(_folder["out"], file)));
    }

    private static string Place(TensorProto tensor) => string.Join(' ', tensor.ExternalData.Select(e => e.Value));

    private static string Describe(ValueInfoProto value)
    {
        var tensor = value.Type.TensorType;
        string type = tensor.ElemType switch { 1 => "f32", 2 => "u8", 6 => "i32", int other => $"type {other}" };
        return $"{value.Name} {type} {string.Join(',', tensor.Shape.Dim.Select(d => d.DimParam is { Length: > 0 } name ? name : $"{d.DimValue}"))}";
    }
}
