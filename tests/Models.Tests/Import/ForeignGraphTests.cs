using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx.Foreign;
using Google.Protobuf;
using Proto = ExpertCluster.Models.Onnx.Foreign.ForeignGraph;

namespace ExpertCluster.Models.Tests.Import;

public sealed class ForeignGraphTests
{
    [Fact]
    public void Check_PlainGraph_IsLetIn() => Check(Of(new ForeignNode { OpType = "MatMul" }, new ForeignNode { OpType = "Gelu", Domain = "com.microsoft" }));

    [Fact]
    public void Check_TensorInAnotherFile_IsRefusedWhereverItStands()
    {
        var outside = new ForeignTensor { Name = "far", DataLocation = 1, ExternalData = { new ForeignEntry { Key = "location" } } };
        var sparse = new ForeignSparseTensor { Values = outside };
        ForeignModel[] models =
        [
            new() { Graph = new Proto { Initializer = { outside } } },
            new() { Graph = new Proto { SparseInitializer = { sparse } } },
            Of(With(new ForeignAttribute { T = outside })),
            Of(With(new ForeignAttribute { Tensors = { outside } })),
            Of(With(new ForeignAttribute { SparseTensor = sparse })),
            Of(With(new ForeignAttribute { SparseTensors = { sparse } })),
            Of(With(new ForeignAttribute { G = new Proto { Initializer = { outside } } })),
            Of(With(new ForeignAttribute { Graphs = { new Proto { Node = { With(new ForeignAttribute { T = outside }) } } } })),
        ];
        foreach (var model in models)
        {
            Assert.Equal("m.onnx: far: lies in another file", Assert.Throws<CheckpointException>(() => Check(model)).Message);
        }
    }

    [Theory]
    [InlineData("MatMul", "evil.example", "is of the unknown domain evil.example")]
    [InlineData("Loop", "", "is a Loop")]
    [InlineData("Scan", "", "is a Scan")]
    public void Check_WhatIsNotLetIn_IsNamed(string type, string domain, string part)
    {
        var node = new ForeignNode { Name = "n", OpType = type, Domain = domain };
        Assert.Contains(part, Assert.Throws<CheckpointException>(() => Check(Of(node))).Message, StringComparison.Ordinal);
        Assert.Contains(part, Assert.Throws<CheckpointException>(() => Check(Of(With(new ForeignAttribute { G = new Proto { Node = { node } } })))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_FunctionsOfItsOwn_AreRefused()
    {
        var model = Of();
        model.Functions.Add(new ForeignFunction { Name = "mine" });
        Assert.Contains("mine", Assert.Throws<CheckpointException>(() => Check(model)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[0], "has no graph")]
    [InlineData(new byte[] { 0xff, 0xff, 0xff }, "is not an ONNX model")]
    public void Check_NoModel_IsRefused(byte[] bytes, string part) =>
        Assert.Contains(part, Assert.Throws<CheckpointException>(() => Models.Import.ForeignGraph.Check("m.onnx", bytes)).Message, StringComparison.Ordinal);

    [Fact]
    public void Check_GraphsInGraphsWithoutEnd_AreRefused()
    {
        var graph = new Proto();
        for (int i = 0; i < 200; i++)
        {
            graph = new Proto { Node = { With(new ForeignAttribute { G = graph }) } };
        }

        Assert.Throws<CheckpointException>(() => Check(new ForeignModel { Graph = graph }));
    }

    private static ForeignModel Of(params ForeignNode[] nodes) => new() { Graph = new Proto { Node = { nodes } } };

    private static ForeignNode With(ForeignAttribute attribute) => new() { OpType = "Constant", Attribute = { attribute } };

    private static void Check(ForeignModel model) => Models.Import.ForeignGraph.Check("m.onnx", model.ToByteArray());
}
