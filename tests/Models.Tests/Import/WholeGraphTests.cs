using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Models.Onnx.Format;
using ExpertCluster.Models.Tests.Support;
using ExpertCluster.TestSupport;
using Google.Protobuf;

namespace ExpertCluster.Models.Tests.Import;

public sealed class WholeGraphTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModelProto _model;

    public WholeGraphTests()
    {
        GraphBuilder graph = new("sum");
        graph.Input("x", OnnxType.Float32, "rows", 2);
        graph.Constant("a", [1f, 2f, 3f, 4f, 5f, 6f], 3, 2);
        graph.Constant("b", [7L], 1);
        graph.Node("Add", "y", ["x", "a"]);
        graph.Output("y", OnnxType.Float32, "rows", 2);
        graph.Save(_folder["graph.onnx"]);
        _model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(_folder["graph.onnx"]));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Check_Graph_GivesTheShapesOfItsConstants()
    {
        var shapes = WholeGraph.Check("graph.onnx", _model.ToByteArray());

        Assert.Equal([3, 2], shapes["a"]);
        Assert.Equal([1], shapes["b"]);
    }

    /// <summary>A runtime opens whatever file a graph names, and waits where that is a FIFO.</summary>
    [Theory]
    [InlineData("../other.bin", "0", "24", "lies elsewhere than in weights.bin")]
    [InlineData("/dev/zero", "0", "24", "lies elsewhere than in weights.bin")]
    [InlineData("a\0b", "0", "24", "lies elsewhere than in weights.bin")]
    [InlineData("weights.bin", "0", "24", "lies outside weights.bin")]
    [InlineData("weights.bin", "0", "0", "lies outside weights.bin")]
    [InlineData("weights.bin", "-9", "24", "lies outside weights.bin")]
    public void Check_DataInAnotherFile_IsRefused(string location, string offset, string length, string problem)
    {
        var tensor = _model.Graph.Initializer[0];
        tensor.RawData = ByteString.Empty;
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add([Pair("location", location), Pair("offset", offset), Pair("length", length)]);

        Refused("a", problem);
    }

    [Fact]
    public void Check_NothingInAnotherFile_IsRefusedToo()
    {
        var tensor = _model.Graph.Initializer[0];
        tensor.Dims.Clear();
        tensor.Dims.Add(0);
        tensor.RawData = ByteString.Empty;
        tensor.ExternalData.Add([Pair("location", "weights.bin"), Pair("offset", "0"), Pair("length", "0")]);

        Refused("a", "lies in another file");
    }

    [Fact]
    public void Check_OperatorsOfOthers_AreRefused()
    {
        _model.Graph.Node[0].Domain = "ai.onnx.ml";

        Refused(_model.Graph.Node[0].Name, "is of the unknown domain ai.onnx.ml");
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("\u0012\u0003one")]
    public void Check_NoGraph_IsRefused(string bytes) =>
        Failure.Of(() => WholeGraph.Check("graph.onnx", System.Text.Encoding.UTF8.GetBytes(bytes)), "graph.onnx", null);

    private void Refused(string field, string problem) => Failure.Of(() => WholeGraph.Check("graph.onnx", _model.ToByteArray()), "graph.onnx", field, problem);

    private static StringStringEntryProto Pair(string key, string value) => new() { Key = key, Value = value };
}
