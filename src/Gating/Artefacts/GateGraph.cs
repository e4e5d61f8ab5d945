using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Gating.Artefacts;

/// <summary>
/// The gate as an ONNX graph. Inputs: bucket i64 [N, F] and frequency f32 [N, F] (damped counts, 0 for padding);
/// output: probability f32 [N, C]. It weighs by inverse frequency, scales to length 1, adds up the rows of the weights,
/// and takes the softmax at the calibrated temperature.
/// </summary>
internal static class GateGraph
{
    public const string Bucket = "bucket";
    public const string Frequency = "frequency";
    public const string Probability = "probability";
    public const string Weights = "weights";
    public const string Bias = "bias";
    public const string InverseFrequency = "inverse_frequency";

    /// <summary>Added to the squared length, so that a row without features gives the bias alone.</summary>
    public const float Epsilon = 1e-12f;

    public static void Save(GateModel model, string path)
    {
        int classes = model.Metadata.Classes.Count;
        GraphBuilder graph = new("gate");
        graph.Input(Bucket, OnnxType.Int64, "rows", "features");
        graph.Input(Frequency, OnnxType.Float32, "rows", "features");
        graph.Constant(Weights, model.Weights, model.Metadata.Buckets, classes);
        graph.Constant(Bias, model.Bias, classes);
        graph.Constant(InverseFrequency, model.InverseFrequency, model.Metadata.Buckets);
        graph.Constant("temperature", [(float)model.Metadata.Temperature], 1);
        graph.Constant("epsilon", [Epsilon], 1);
        graph.Constant("last", [-1L], 1);
        graph.Constant("middle", [1L], 1);

        graph.Node("Gather", "idf", [InverseFrequency, Bucket]);
        graph.Node("Mul", "value", [Frequency, "idf"]);
        graph.Node("Mul", "square", ["value", "value"]);
        graph.Node("ReduceSum", "squares", ["square", "last"], "", NodeAttribute.Int("keepdims", 1));
        graph.Node("Add", "squared_length", ["squares", "epsilon"]);
        graph.Node("Sqrt", "length", ["squared_length"]);
        graph.Node("Div", "unit", ["value", "length"]);
        graph.Node("Unsqueeze", "column", ["unit", "last"]);
        graph.Node("Gather", "chosen", [Weights, Bucket]);
        graph.Node("Mul", "weighted", ["chosen", "column"]);
        graph.Node("ReduceSum", "sum", ["weighted", "middle"], "", NodeAttribute.Int("keepdims", 0));
        graph.Node("Add", "score", ["sum", Bias]);
        graph.Node("Div", "tempered", ["score", "temperature"]);
        graph.Node("Softmax", Probability, ["tempered"], "", NodeAttribute.Int("axis", -1));
        graph.Output(Probability, OnnxType.Float32, "rows", classes);
        graph.Save(path);
    }
}
