using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Models.Onnx;

/// <summary>
/// What the flat and the portable graph have in common, for any family: embedding, norms, projections, feed-forward and
/// head. How rows attend, and how adapters are added, is theirs.
/// </summary>
internal abstract class DecoderGraph(
    string name, ModelArchitecture model, Quantization quantization, IReadOnlyDictionary<string, WeightEntry> weights)
{
    private const string Norm = "SimplifiedLayerNormalization";
    private const string SkipNorm = "SkipSimplifiedLayerNormalization";

    protected GraphBuilder Graph { get; } = new(name);

    protected ModelArchitecture Model => model;

    protected ModelShape Shape => model.Shape;

    /// <summary>The whole model, in the order of execution.</summary>
    public GraphBuilder Build()
    {
        DeclareInputs();
        string residual = Embed();
        if (model.EmbeddingScale != 1)
        {
            residual = Times("h0.scaled", residual, model.EmbeddingScale);
        }

        string x = Normalise("0.x1", residual, GraphWeights.InputNorm(0));
        for (int layer = 0; layer < Shape.Layers; layer++)
        {
            (x, residual) = Layer(layer, x, residual);
        }

        Logits(SelectRows(x));
        Graph.Output("logits", OnnxType.Float32, "R", Shape.Vocabulary);
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

    /// <summary>A matrix that is stored in float16, as float32.</summary>
    protected abstract string Widen(string name, WeightEntry stored);

    /// <summary>The rows of a stack A, of which each adapter has some for each segment.</summary>
    protected GraphDimension RowsOfA(LoraSite site)
    {
        int segments = site.Segments(Shape).Count;
        return segments == 1 ? "r" : $"r{segments}";
    }

    protected static string StackA(int layer, LoraSite site) => $"lA.{layer}.{site.GraphName()}";

    protected static string StackB(int layer, LoraSite site) => $"lB.{layer}.{site.GraphName()}";

    /// <summary>x over its root mean square, times a weight, along the last axis.</summary>
    protected string Normalise(string output, string x, string weight) => Graph.Node(
        Norm,
        output,
        [x, Weight(weight)],
        "",
        NodeAttribute.Int("axis", -1),
        Epsilon(),
        NodeAttribute.Int("stash_type", (long)OnnxType.Float32));

    private (string Next, string Residual) Layer(int layer, string x, string residual)
    {
        string attended = Attention(layer, Project(layer, LoraSite.QueryKeyValue, x));
        string output = Project(layer, LoraSite.Output, attended);
        if (model.PostNorms)
        {
            output = Normalise($"{layer}.attn.post", output, GraphWeights.PostAttentionNorm(layer));
        }

        Graph.Nodes(
            SkipNorm,
            [$"{layer}.x2", "", "", $"{layer}.h2"],
            [output, residual, Weight(GraphWeights.FeedForwardNorm(layer))],
            GraphBuilder.Microsoft,
            Epsilon());
        string down = Project(layer, LoraSite.Down, FeedForward(layer, Project(layer, LoraSite.GateUp, $"{layer}.x2")));
        if (model.PostNorms)
        {
            down = Normalise($"{layer}.ff.post", down, GraphWeights.PostFeedForwardNorm(layer));
        }

        bool last = layer + 1 == Shape.Layers;
        string norm = Weight(last ? GraphWeights.FinalNorm : GraphWeights.InputNorm(layer + 1));
        string next = $"{layer + 1}.x1";
        string skip = $"{layer + 1}.h1";
        Graph.Nodes(SkipNorm, last ? [next] : [next, "", "", skip], [down, $"{layer}.h2", norm], GraphBuilder.Microsoft, Epsilon());
        return (next, skip);
    }

    private string FeedForward(int layer, string gateUp)
    {
        Graph.Nodes("Split", [$"{layer}.gate", $"{layer}.up"], [gateUp], "", NodeAttribute.Int("axis", -1));
        // QuickGelu is x * sigmoid(alpha * x); with alpha 1 that is SiLU, in one kernel. FastGelu is the tanh approximation.
        string gate = model.Activation == Activation.GeluTanh
            ? Graph.Node("FastGelu", $"{layer}.gelu", [$"{layer}.gate"], GraphBuilder.Microsoft)
            : Graph.Node("QuickGelu", $"{layer}.silu", [$"{layer}.gate"], GraphBuilder.Microsoft, NodeAttribute.Float("alpha", 1));
        return Graph.Node("Mul", $"{layer}.ff", [gate, $"{layer}.up"]);
    }

    private string Project(int layer, LoraSite site, string x)
    {
        string weight = GraphWeights.Site(layer, site);
        string y = MatMul(x, weight, $"{weight}.y", site.InputWidth(Shape), site.OutputWidth(Shape));
        if (model.Biases.Contains(site))
        {
            y = Graph.Node("Add", $"{weight}.yb", [y, Weight(GraphWeights.Bias(layer, site))]);
        }

        return Adapt(layer, site, x, y);
    }

    private string MatMul(string x, string weight, string output, int inputs, int outputs)
    {
        if (!quantization.IsBlocks())
        {
            return Graph.Node("MatMul", output, [x, Matrix(weight, weight)]);
        }

        return Graph.Node(
            "MatMulNBits",
            output,
            [x, Weight(GraphWeights.Quantised(weight)), Weight(GraphWeights.Scales(weight))],
            GraphBuilder.Microsoft,
            NodeAttribute.Int("K", inputs),
            NodeAttribute.Int("N", outputs),
            NodeAttribute.Int("bits", quantization.Bits()),
            NodeAttribute.Int("block_size", BlockQuantiser.Block),
            // 4: the CPU kernels may multiply in 8-bit integers.
            NodeAttribute.Int("accuracy_level", 4));
    }

    private void Logits(string rows)
    {
        string output = model.LogitSoftCap > 0 ? "logits.raw" : "logits";
        Head(rows, output);
        if (model.LogitSoftCap == 0)
        {
            return;
        }

        string small = Times("logits.small", output, 1 / model.LogitSoftCap);
        Times("logits", Graph.Node("Tanh", "logits.tanh", [small]), model.LogitSoftCap);
    }

    private void Head(string rows, string output)
    {
        string head = Shape.TiedEmbeddings ? GraphWeights.Embedding : GraphWeights.Head;
        if (quantization.IsBlocks())
        {
            MatMul(rows, GraphWeights.Head, output, Shape.Hidden, Shape.Vocabulary);
        }
        else
        {
            Graph.Node("Gemm", output, [rows, Matrix(GraphWeights.Head, head)], "", NodeAttribute.Int("transB", 1));
        }
    }

    /// <summary>The rows that the tokens name: gathered before they are widened, so that the embedding stays as it is stored.</summary>
    private string Embed()
    {
        string table = Weight(GraphWeights.Embedding);
        bool halves = weights[GraphWeights.Embedding].Type == OnnxType.Float16;
        string rows = Graph.Node("Gather", halves ? "h0.half" : "h0", [table, "input_ids"], "", NodeAttribute.Int("axis", 0));
        return halves ? Graph.Node("Cast", "h0", [rows], "", NodeAttribute.Int("to", (long)OnnxType.Float32)) : rows;
    }

    /// <summary>A stored matrix as a factor. Its name is its own only where it is not stored in float32.</summary>
    private string Matrix(string name, string weight) =>
        weights[weight].Type == OnnxType.Float16 ? Widen(name, weights[weight]) : Weight(weight);

    private string Times(string output, string x, double factor) =>
        Graph.Node("Mul", output, [x, Graph.Constant($"{output}.factor", [(float)factor], 1)]);

    private NodeAttribute Epsilon() => NodeAttribute.Float("epsilon", (float)Shape.NormEpsilon);
}
