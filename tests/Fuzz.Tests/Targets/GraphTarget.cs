using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Grammars;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Models.Onnx.Format;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>A base's graph, looked through before a runtime reads it.</summary>
internal sealed class GraphTarget(string folder) : FileTarget(folder, "flat.onnx")
{
    private static readonly string[] Fields = ["", "a", "com.microsoft", "weights.bin", "location", "offset", "length", "0", "4", "-1", "99999999999999999999", "../x", "*/_ORT_MEM_ADDR_/*", "MatMul"];

    public override string Name => "graph";

    public override int Executions => 5000;

    public override long MostAllocated(int length) => (2L << 20) + (1000L * length);

    public override IReadOnlyList<string> Words => Fields;

    public override IEnumerable<byte[]> Seeds()
    {
        string path = Path.Combine(Folder, "seed.onnx");
        GraphBuilder graph = new("seed");
        graph.Input("x", OnnxType.Float32, "rows", 2);
        graph.Constant("w", [1f, 2f, 3f, 4f], 2, 2);
        graph.Node("MatMul", "y", ["x", "w"]);
        graph.Output("y", OnnxType.Float32, "rows", 2);
        graph.Save(path);
        return [System.IO.File.ReadAllBytes(path)];
    }

    public override byte[] Generate(Random random) => new MessageGrammar(random, ModelProto.Descriptor, Fields).Make();

    public override Outcome Run(byte[] input)
    {
        Write(input);
        try
        {
            GraphInspector.Check("flat.onnx", new CheckpointFolder(Folder).ReadAllBytes("flat.onnx", GraphInspector.Limit), 1000);
            return Outcome.Taken;
        }
        catch (CheckpointException refused)
        {
            return Outcome.Refused(refused.Message);
        }
    }
}
