using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Models.Onnx;

/// <summary>
/// The graph for execution providers without our operators: GroupQueryAttention over [B, S], and adapters by Gather
/// and MatMul. README.md has the contract.
/// </summary>
/// <remarks>
/// Adapters: the call names the n stack slots that it uses (lora_set). Every token's h = x A' is computed for those n
/// and multiplied with the token's own weight for each, 0 where it does not use it. So memory grows with n, never with
/// tokens times adapters, and each token of one sequence may use other adapters.
/// </remarks>
internal sealed class PortableGraph(ModelArchitecture model, Quantization quantization, IReadOnlyDictionary<string, WeightEntry> weights)
    : DecoderGraph("portable", model, quantization, weights)
{
    protected override void DeclareInputs()
    {
        Graph.Input("input_ids", OnnxType.Int32, "B", "S");
        Graph.Input("seqlens_k", OnnxType.Int32, "B");
        Graph.Input("total_seq", OnnxType.Int32, 1);
        Graph.Input("out_rows", OnnxType.Int32, "R");
        Graph.Input("lora_idx", OnnxType.Int32, "B", "S", "k");
        Graph.Input("lora_w", OnnxType.Float32, "B", "S", "k");
        Graph.Input("lora_set", OnnxType.Int32, "n");
        for (int layer = 0; layer < Shape.Layers; layer++)
        {
            Graph.Input($"past.{layer}.key", OnnxType.Float32, Cache);
            Graph.Input($"past.{layer}.value", OnnxType.Float32, Cache);
            foreach (var site in LoraSites.All)
            {
                Graph.Input(StackA(layer, site), OnnxType.Float32, "cap", RowsOfA(site), site.InputWidth(Shape));
                Graph.Input(StackB(layer, site), OnnxType.Float32, "cap", "r", site.OutputWidth(Shape));
            }
        }

        DenseWeights();
    }

    protected override void DeclareCacheOutputs()
    {
        for (int layer = 0; layer < Shape.Layers; layer++)
        {
            Graph.Output($"present.{layer}.key", OnnxType.Float32, Cache);
            Graph.Output($"present.{layer}.value", OnnxType.Float32, Cache);
        }
    }

    protected override string Attention(int layer, string qkv)
    {
        string output = $"{layer}.attn";
        Graph.Nodes(
            "GroupQueryAttention",
            [IsPadded ? $"{output}.padded" : output, $"present.{layer}.key", $"present.{layer}.value"],
            [
                .. Model.QueryKeyNorms || IsPadded ? Apart(layer, qkv) : [qkv, "", ""], $"past.{layer}.key", $"past.{layer}.value", "seqlens_k", "total_seq",
                Rotary(GraphWeights.Cos), Rotary(GraphWeights.Sin),
            ],
            GraphBuilder.Microsoft,
            NodeAttribute.Int("num_heads", Shape.Heads),
            NodeAttribute.Int("kv_num_heads", Shape.KeyValueHeads),
            NodeAttribute.Int("do_rotary", 1),
            NodeAttribute.Int("rotary_interleaved", 0),
            NodeAttribute.Float("scale", (float)Model.AttentionScale),
            NodeAttribute.Float("softcap", (float)Model.AttentionSoftCap),
            // Positions before the row's own that it sees; -1 for all.
            NodeAttribute.Int("local_window_size", Model.Windows[layer] == 0 ? -1 : Model.Windows[layer]));
        return IsPadded ? Cut($"{output}.padded", output) : output;
    }

    /// <summary>
    /// q, k and v one by one, each head of q and k normalised where the family does it, and all padded with zeros where the operator's
    /// heads are longer: it goes on with the rotation itself, of eight pairs at a time, so that q and k have zeros behind either half of what
    /// is rotated.
    /// </summary>
    private string[] Apart(int layer, string qkv)
    {
        string p = $"{layer}.split";
        const string Widths = "qkv.widths";
        if (!Graph.Has(Widths))
        {
            Graph.Constant(Widths, [Shape.QueryWidth, Shape.KeyValueWidth, Shape.KeyValueWidth], 3);
        }

        Graph.Nodes("Split", [$"{p}.q", $"{p}.k", $"{p}.v"], [qkv, Widths], "", NodeAttribute.Int("axis", -1));
        return
        [
            Heads($"{p}.q", Model.QueryKeyNorms ? GraphWeights.QueryNorm(layer) : null),
            Heads($"{p}.k", Model.QueryKeyNorms ? GraphWeights.KeyNorm(layer) : null),
            IsPadded ? Heads($"{p}.v", null) : $"{p}.v",
        ];

        string Heads(string x, string? norm)
        {
            string heads = Graph.Node("Reshape", $"{x}.heads", [x, Shaped("heads.apart", [0L, 0, -1, Shape.HeadDimension])]);
            heads = norm is null ? heads : Normalise($"{x}.norm", heads, norm);
            heads = !IsPadded ? heads : x == $"{p}.v" ? Padded($"{x}.padded", heads, Shape.HeadDimension, Shape.PaddedHeadDimension) : Spread(x, heads);
            return Graph.Node("Reshape", $"{x}.joined", [heads, Shaped("heads.joined", [0L, 0, -1])]);
        }
    }

    /// <summary>The halves of what is rotated, each padded to whole eights, and behind them what passes.</summary>
    private string Spread(string x, string heads)
    {
        int pairs = Model.Rotary.Dimension / 2;
        int rest = Shape.HeadDimension - (2 * pairs);
        string widths = rest > 0 ? Shaped("heads.parts", [(long)pairs, pairs, rest]) : Shaped("heads.parts", [(long)pairs, pairs]);
        string[] parts = rest > 0 ? [$"{x}.first", $"{x}.second", $"{x}.rest"] : [$"{x}.first", $"{x}.second"];
        Graph.Nodes("Split", parts, [heads, widths], "", NodeAttribute.Int("axis", -1));
        string joined = Graph.Node(
            "Concat",
            $"{x}.spread",
            [Padded($"{x}.a", parts[0], pairs, PaddedPairs), Padded($"{x}.b", parts[1], pairs, PaddedPairs), .. parts[2..]],
            "",
            NodeAttribute.Int("axis", -1));
        return Padded($"{x}.padded", joined, (2 * PaddedPairs) + rest, Shape.PaddedHeadDimension);
    }

    /// <summary>Zeros behind the last axis of [B, S, heads, from].</summary>
    private string Padded(string output, string x, int from, int to) =>
        from == to ? x : Graph.Node("Pad", output, [x, Shaped($"pad.{to - from}", [0L, 0, 0, 0, 0, 0, 0, to - from])]);

    /// <summary>cos or sin, as wide as the operator takes it; what is behind meets zeros only.</summary>
    private string Rotary(string table)
    {
        int missing = PaddedPairs - (Model.Rotary.Dimension / 2);
        string padded = $"{table}.padded";
        return missing == 0 ? Weight(table)
            : Graph.Has(padded) ? padded
            : Graph.Node("Pad", padded, [Weight(table), Shaped("rotary.pad", [0L, 0, 0, missing])]);
    }

    /// <summary>Takes what padding added out of the heads' outputs.</summary>
    private string Cut(string x, string output)
    {
        string heads = Graph.Node("Reshape", $"{x}.heads", [x, Shaped("heads.padded", [0L, 0, -1, Shape.PaddedHeadDimension])]);
        string[] range = [Shaped("heads.from", [0L]), Shaped("heads.to", [(long)Shape.HeadDimension]), Shaped("heads.axis", [3L])];
        string cut = Graph.Node("Slice", $"{x}.cut", [heads, .. range]);
        return Graph.Node("Reshape", output, [cut, Shaped("heads.joined", [0L, 0, -1])]);
    }

    private string Shaped(string name, long[] numbers) => Graph.Has(name) ? name : Graph.Constant(name, numbers, numbers.Length);

    protected override string Adapt(int layer, LoraSite site, string x, string y)
    {
        string p = $"{GraphWeights.Site(layer, site)}.lora";
        var segments = site.Segments(Shape);
        // 1. The n adapters of the call, below each other: [n * segments * r, inputs] and [n * r, outputs].
        string a = Graph.Node("Gather", $"{p}.a3", [StackA(layer, site), "lora_set"], "", NodeAttribute.Int("axis", 0));
        a = Graph.Node("Reshape", $"{p}.a2", [a, Fold(site.InputWidth(Shape))]);
        string b = Graph.Node("Gather", $"{p}.b3", [StackB(layer, site), "lora_set"], "", NodeAttribute.Int("axis", 0));
        b = Graph.Node("Reshape", $"{p}.b2", [b, Fold(site.OutputWidth(Shape))]);
        // 2. [B, S, n, segments * r], weighted by token and adapter.
        string turned = Graph.Node("Transpose", $"{p}.at", [a], "", NodeAttribute.Ints("perm", 1, 0));
        string h = Graph.Node("MatMul", $"{p}.h3", [x, turned]);
        h = Graph.Node("Reshape", $"{p}.h4", [h, "lora.split"]);
        h = Graph.Node("Mul", $"{p}.hw", [h, "lora.weights"]);
        // 3. Each projection takes its own r columns of h and its own columns of B.
        string delta = segments.Count == 1 ? Expand(h, b, $"{p}.delta") : Segments(segments, h, b, p);
        return Graph.Node("Add", $"{p}.out", [y, delta]);
    }

    protected override string SelectRows(string x)
    {
        string flat = Graph.Node("Reshape", "flat", [x, Fold(Shape.Hidden)]);
        return Graph.Node("Gather", "rows", [flat, "out_rows"], "", NodeAttribute.Int("axis", 0));
    }

    /// <summary>By a node, which ONNX Runtime folds when it loads: any provider may read the file by itself.</summary>
    protected override string Widen(string name, WeightEntry stored)
    {
        string widened = $"{name}.f32";
        return Graph.Has(widened)
            ? widened
            : Graph.Node("Cast", widened, [Graph.Weight(stored)], "", NodeAttribute.Int("to", (long)OnnxType.Float32));
    }

    /// <summary>Whether the operator's heads are longer than the model's, or have zeros among what is rotated.</summary>
    private bool IsPadded => Shape.PaddedHeadDimension != Shape.HeadDimension || PaddedPairs != Model.Rotary.Dimension / 2;

    private int PaddedPairs => RotaryEmbedding.PaddedPairs(Model.Rotary.Dimension);

    private GraphDimension[] Cache => ["B", Shape.KeyValueHeads, "M", Shape.PaddedHeadDimension];

    /// <summary>
    /// lora_idx and lora_w to one weight for each token and member of lora_set, [B, S, n, 1]: an index that is negative
    /// equals no member and so counts for nothing.
    /// </summary>
    private void DenseWeights()
    {
        Graph.Constant("axis.2", [2L], 1);
        Graph.Constant("axis.3", [3L], 1);
        string index = Graph.Node("Unsqueeze", "lora.idx4", ["lora_idx", "axis.3"]);
        string equal = Graph.Node("Equal", "lora.equal", [index, "lora_set"]);
        string chosen = Graph.Node("Cast", "lora.chosen", [equal], "", NodeAttribute.Int("to", (long)OnnxType.Float32));
        string weight = Graph.Node("Unsqueeze", "lora.w4", ["lora_w", "axis.3"]);
        string weighted = Graph.Node("Mul", "lora.w5", [chosen, weight]);
        string summed = Graph.Node("ReduceSum", "lora.w3", [weighted, "axis.2"], "", NodeAttribute.Int("keepdims", 0));
        Graph.Node("Unsqueeze", "lora.weights", [summed, "axis.3"]);
        // Shapes for Reshape: 0 keeps a dimension, -1 takes what is left.
        Graph.Constant("shape.keep2", [0L, 0], 2);
        Graph.Constant("shape.rest", [-1L], 1);
        Graph.Constant("lora.join", [0L, 0, -1], 3);
        string count = Graph.Node("Shape", "lora.n", ["lora_set"]);
        Graph.Node("Concat", "lora.split", ["shape.keep2", count, "shape.rest"], "", NodeAttribute.Int("axis", 0));
    }

    private string Segments(IReadOnlyList<int> widths, string h, string b, string p)
    {
        string[] hs = [.. Enumerable.Range(0, widths.Count).Select(i => $"{p}.h.{i}")];
        string[] bs = [.. Enumerable.Range(0, widths.Count).Select(i => $"{p}.b.{i}")];
        string split = Graph.Constant($"{p}.widths", [.. widths.Select(w => (long)w)], widths.Count);
        Graph.Nodes("Split", hs, [h], "", NodeAttribute.Int("axis", -1));
        Graph.Nodes("Split", bs, [b, split], "", NodeAttribute.Int("axis", -1));
        string[] parts = [.. hs.Zip(bs).Select((pair, i) => Expand(pair.First, pair.Second, $"{p}.delta.{i}"))];
        return Graph.Node("Concat", $"{p}.delta", parts, "", NodeAttribute.Int("axis", -1));
    }

    /// <summary>[B, S, n, r] times [n * r, outputs].</summary>
    private string Expand(string h, string b, string output)
    {
        string joined = Graph.Node("Reshape", $"{output}.h", [h, "lora.join"]);
        return Graph.Node("MatMul", output, [joined, b]);
    }

    /// <summary>The constant [-1, <paramref name="width"/>].</summary>
    private string Fold(int width)
    {
        string constant = $"shape.fold.{width}";
        return Graph.Has(constant) ? constant : Graph.Constant(constant, [-1L, width], 2);
    }
}
