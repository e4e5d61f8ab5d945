using ExpertCluster.Models.Onnx;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Onnx;

public sealed class GraphBuilderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The bytes, field by field: any ONNX reader takes these numbers as they are.</summary>
    [Fact]
    public void Save_SmallGraph_WritesTheFormatsFieldNumbers()
    {
        GraphBuilder graph = new("g");
        graph.Input("x", OnnxType.Float32, "N", 2);
        graph.Constant("c", [3L], 1);
        graph.Node("Op", "y", ["x", "", "c"], "d", NodeAttribute.Int("i", 5), NodeAttribute.Float("f", 1), NodeAttribute.Ints("n", 1, 2));
        graph.Output("y", OnnxType.Int32);
        graph.Save(_folder["g.onnx"]);

        string expected = string.Concat(
            "0808" + "120D657870657274636C7573746572", // ir_version 8, producer_name
            "3A74", // graph
            "0A38" + "0A0178" + "0A00" + "0A0163" + "120179" + "1A0179" + "22024F70", // node: inputs, output, name, op_type
            "2A08" + "0A0169" + "1805" + "A00102", // attribute i = 5, type INT
            "2A0B" + "0A0166" + "150000803F" + "A00101", // attribute f = 1, type FLOAT
            "2A0A" + "0A016E" + "42020102" + "A00107", // attribute ints = 1, 2, type INTS
            "3A0164" + "120167", // domain of the node; name of the graph
            "2A12" + "0A0101" + "1007" + "420163" + "4A080300000000000000", // initializer: dims, INT64, name, raw_data
            "5A14" + "0A0178" + "120F0A0D0801" + "1209" + "0A0312014E" + "0A020802", // input: FLOAT, dim_param N, dim_value 2
            "620B" + "0A0179" + "12060A0408061200", // output: INT32, no dimensions
            "42021011" + "42050A01641001"); // operator sets
        Assert.Equal(expected, Convert.ToHexString(File.ReadAllBytes(_folder["g.onnx"])));
    }

    [Fact]
    public void Node_UnknownInput_Throws() => Assert.Throws<ArgumentException>(() => new GraphBuilder("g").Node("Op", "y", ["x"]));

    [Fact]
    public void Node_OutputNameTaken_Throws()
    {
        GraphBuilder graph = new("g");
        graph.Input("x", OnnxType.Float32, 1);
        Assert.Throws<ArgumentException>(() => graph.Node("Op", "x", ["x"]));
    }
}
