using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Import;

namespace ExpertCluster.Models.Onnx;

/// <summary>
/// What the flat and the portable graph have in common: embedding, norms, projections, feed-forward and head. How rows
/// attend, and how adapters are added, is theirs.
/// </summary>
internal abstract class LlamaGraph(
    string name, ModelShape shape, Quantization quantization, IReadOnlyDictionary<string, WeightEntry> weights)
{
    private const string Norm = "SimplifiedLayerNormalization";
    private const string SkipNorm = "SkipSimplifiedLayerNormalization";

    protected GraphBuilder Graph { get; } = new(name);

    protected ModelShape Shape => shape;

    /// <summary>The whole model, in the order of execution.</summary>
    public GraphBuilder Build()
    {
        DeclareInputs();
        string residual = Graph.Node("Gather", "h0", [Weight(LlamaWeights.Embedding), "input_ids"], "", NodeAttribute.Int("axis", 0));
        string x = Graph.Node(
            Norm,
            "0.x1",
            [residual, Weight(LlamaWeights.InputNorm(0))],
            "",
            NodeAttribute.Int("axis", -1),
            Epsilon(),
            NodeAttribute.Int("stash_type", (long)OnnxType.Float32));
        for (int layer = 0; layer < shape.Layers; layer++) (x, residual) = Layer(layer, x, residual);
        Graph.Output(Logits(SelectRows(x)), OnnxType.Float32, "R", shape.Vocabulary);
        DeclareCacheOutputs();
        return Graph;
    }

    protected abstract void DeclareInputs();

    protected abstract void DeclareCacheOutputs();

    /// <summary>From fused q, k, v to the heads' outputs side by side.</summary>
    protected abstract string Attention(int layer, string qkv);

    /// <summary>Adds the adapters of a site to <paramref name="y"/>, its projection of <paramref name="x"/>.</summary>
    protected abstract string Adapt(int layer, LoraSite site, string x, string y);

    /// <summary>The rows whose logits are wanted, [R, hidden].</summary>
    protected abstract string SelectRows(string x);

    protected string Weight(string weight) => Graph.Weight(weights[weight]);

    /// <summary>Declares the stacks of resident adapters of a layer's sites.</summary>
    protected void DeclareAdapters(int layer)
    {
        foreach (LoraSite site in LoraSites.All)
        {
            int segments = site.Segments(shape).Count;
            Graph.Input(StackA(layer, site), OnnxType.Float32, "cap", segments == 1 ? "r" : $"r{segments}", site.InputWidth(shape));
            Graph.Input(StackB(layer, site), OnnxType.Float32, "cap", "r", site.OutputWidth(shape));
        }
    }

    protected static string StackA(int layer, LoraSite site) => $"lA.{layer}.{site.GraphName()}";

    protected static string StackB(int layer, LoraSite site) => $"lB.{layer}.{site.GraphName()}";

    private (string Next, string Residual) Layer(int layer, string x, string residual)
    {
        string attended = Attention(layer, Project(layer, LoraSite.QueryKeyValue, x));
        string output = Project(layer, LoraSite.Output, attended);
        Graph.Nodes(
            SkipNorm,
            [$"{layer}.x2", "", "", $"{layer}.h2"],
            [output, residual, Weight(LlamaWeights.AttentionNorm(layer))],
            GraphBuilder.Microsoft,
            Epsilon());
        string gateUp = Project(layer, LoraSite.GateUp, $"{layer}.x2");
        Graph.Nodes("Split", [$"{layer}.gate", $"{layer}.up"], [gateUp], "", NodeAttribute.Int("axis", -1));
        // QuickGelu is x * sigmoid(alpha * x); with alpha 1 that is SiLU, in one kernel.
        string gate = Graph.Node("QuickGelu", $"{layer}.silu", [$"{layer}.gate"], GraphBuilder.Microsoft, NodeAttribute.Float("alpha", 1));
        string product = Graph.Node("Mul", $"{layer}.ff", [gate, $"{layer}.up"]);
        string down = Project(layer, LoraSite.Down, product);
        bool last = layer + 1 == shape.Layers;
        string norm = Weight(last ? LlamaWeights.FinalNorm : LlamaWeights.InputNorm(layer + 1));
        string next = $"{layer + 1}.x1";
        string skip = $"{layer + 1}.h1";
        Graph.Nodes(SkipNorm, last ? [next] : [next, "", "", skip], [down, $"{layer}.h2", norm], GraphBuilder.Microsoft, Epsilon());
        return (next, skip);
    }

    private string Project(int layer, LoraSite site, string x)
    {
        string weight = LlamaWeights.Site(layer, site);
        return Adapt(layer, site, x, MatMul(x, weight, $"{weight}.y", site.InputWidth(shape), site.OutputWidth(shape)));
    }

    private string MatMul(string x, string weight, string output, int inputs, int outputs)
    {
        if (quantization == Quantization.None) return Graph.Node("MatMul", output, [x, Weight(weight)]);
        return Graph.Node(
            "MatMulNBits",
            output,
            [x, Weight(LlamaWeights.Quantised(weight)), Weight(LlamaWeights.Scales(weight))],
            GraphBuilder.Microsoft,
            NodeAttribute.Int("K", inputs),
            NodeAttribute.Int("N", outputs),
            NodeAttribute.Int("bits", quantization.Bits()),
            NodeAttribute.Int("block_size", BlockQuantiser.Block),
            // 4: the CPU kernels may multiply in 8-bit integers.
            NodeAttribute.Int("accuracy_level", 4));
    }

    private string Logits(string rows)
    {
        if (quantization != Quantization.None) return MatMul(rows, LlamaWeights.Head, "logits", shape.Hidden, shape.Vocabulary);
        string head = Weight(shape.TiedEmbeddings ? LlamaWeights.Embedding : LlamaWeights.Head);
        return Graph.Node("Gemm", "logits", [rows, head], "", NodeAttribute.Int("transB", 1));
    }

    private NodeAttribute Epsilon() => NodeAttribute.Float("epsilon", (float)shape.NormEpsilon);
}
