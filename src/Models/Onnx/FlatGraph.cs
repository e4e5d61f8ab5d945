using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Models.Onnx;

/// <summary>
/// The token-flattened graph: each row is one token of any sequence, with its slot, position and adapters. Two
/// operators of the domain "expertcluster" do what no built-in operator does; README.md has the contract.
/// </summary>
internal sealed class FlatGraph(ModelArchitecture model, Quantization quantization, IReadOnlyDictionary<string, WeightEntry> weights)
    : DecoderGraph("flat", model, quantization, weights)
{
    public const string Domain = "expertcluster";

    protected override void DeclareInputs()
    {
        Graph.Input("input_ids", OnnxType.Int32, "T");
        Graph.Input("slot", OnnxType.Int32, "T");
        Graph.Input("pos", OnnxType.Int32, "T");
        Graph.Input("out_rows", OnnxType.Int32, "R");
        Graph.Input("lora_idx", OnnxType.Int32, "T", "k");
        Graph.Input("lora_w", OnnxType.Float32, "T", "k");
        for (int layer = 0; layer < Shape.Layers; layer++)
        {
            Graph.Input($"kc.{layer}", OnnxType.UInt8, Cache);
            Graph.Input($"vc.{layer}", OnnxType.UInt8, Cache);
            foreach (var site in LoraSites.All)
            {
                // Bytes, as the caches.
                Graph.Input(StackA(layer, site), OnnxType.UInt8, "cap", RowsOfA(site), "bytesA");
                Graph.Input(StackB(layer, site), OnnxType.UInt8, "cap", "r", "bytesB");
                Graph.Input(Ranks(layer, site), OnnxType.Int32, "cap");
            }
        }
    }

    protected override void DeclareCacheOutputs()
    {
        for (int layer = 0; layer < Shape.Layers; layer++)
        {
            Graph.Output($"kc.out.{layer}", OnnxType.UInt8, Cache);
            Graph.Output($"vc.out.{layer}", OnnxType.UInt8, Cache);
        }
    }

    protected override string Attention(int layer, string qkv)
    {
        string output = $"{layer}.attn";
        Graph.Nodes(
            "SlotAttention",
            [output, $"kc.out.{layer}", $"vc.out.{layer}"],
            [qkv, $"kc.{layer}", $"vc.{layer}", "slot", "pos", Weight(GraphWeights.Cos), Weight(GraphWeights.Sin), .. HeadNorms(layer)],
            Domain,
            NodeAttribute.Int("num_heads", Shape.Heads),
            NodeAttribute.Int("kv_heads", Shape.KeyValueHeads),
            NodeAttribute.Float("scale", (float)Model.AttentionScale),
            NodeAttribute.Int("window", Model.Windows[layer]),
            NodeAttribute.Float("softcap", (float)Model.AttentionSoftCap),
            NodeAttribute.Float("norm_epsilon", (float)Shape.NormEpsilon));
        return output;
    }

    private IEnumerable<string> HeadNorms(int layer) =>
        Model.QueryKeyNorms ? [Weight(GraphWeights.QueryNorm(layer)), Weight(GraphWeights.KeyNorm(layer))] : [];

    protected override string Adapt(int layer, LoraSite site, string x, string y) =>
        Graph.Node(
            "RowLora",
            $"{GraphWeights.Site(layer, site)}.lora",
            [x, y, StackA(layer, site), StackB(layer, site), Ranks(layer, site), "lora_idx", "lora_w"],
            Domain,
            NodeAttribute.Ints("segments", site.Segments(Shape).Select(width => (long)width)));

    private static string Ranks(int layer, LoraSite site) => $"lR.{layer}.{site.GraphName()}";

    protected override string SelectRows(string x) =>
        Graph.Node("Gather", "rows", [x, "out_rows"], "", NodeAttribute.Int("axis", 0));

    // Bytes that the operator alone can read: so one graph serves a cache of any type.
    protected override string Widen(string name, WeightEntry stored) => Graph.Widened(name, stored);

    private GraphDimension[] Cache => ["slots", Shape.KeyValueHeads, "M", "bytes"];
}
