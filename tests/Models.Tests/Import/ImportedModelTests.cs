using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx.Format;
using ExpertCluster.Models.Tests.Support;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;
using Google.Protobuf;

namespace ExpertCluster.Models.Tests.Import;

public sealed class ImportedModelTests : IDisposable
{
    private const string Manifest = "base.json";

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public ImportedModelTests()
    {
        _model = _folder["out"];
        ModelImporter.Import(RandomCheckpoint.Write(_folder["in"], RandomCheckpoint.Shape), _model, new ImportOptions());
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("base.json")]
    [InlineData("flat.onnx")]
    [InlineData("weights.bin")]
    [InlineData("tokenizer.json")]
    public void Open_FileMissing_NamesIt(string name)
    {
        File.Delete(Path.Combine(_model, name));
        Failure.Of(() => ImportedModel.Open(_model), name, null, "is missing");
    }

    /// <summary>Each would be read to its end: a short file could ask for a thousand readings of the weights.</summary>
    [Fact]
    public void Open_FileNamedTwice_Throws()
    {
        string path = Path.Combine(_model, Manifest);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        manifest["files"]!.AsArray().Add(manifest["files"]![0]!.DeepClone());
        File.WriteAllText(path, manifest.ToJsonString());

        Failure.Of(() => ImportedModel.Open(_model), Manifest, "files", "names a file twice");
    }

    [Theory]
    [InlineData("name")]
    [InlineData("bytes")]
    [InlineData("sha256")]
    public void Open_FileWithoutAField_NamesIt(string field)
    {
        string path = Path.Combine(_model, Manifest);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        manifest["files"]![0]!.AsObject().Remove(field);
        File.WriteAllText(path, manifest.ToJsonString());

        var error = Assert.Throws<CheckpointException>(() => ImportedModel.Open(_model));

        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileCutShort_Throws()
    {
        using (FileStream file = new(Path.Combine(_model, "weights.bin"), FileMode.Open))
        {
            file.SetLength(file.Length - 1);
        }

        Failure.Of(() => ImportedModel.Open(_model, verifyContent: false), "weights.bin", null, "bytes");
    }

    [Fact]
    public void Open_OneBitChanged_Throws()
    {
        using (FileStream file = new(Path.Combine(_model, "weights.bin"), FileMode.Open))
        {
            file.Position = 5000;
            int value = file.ReadByte();
            file.Position = 5000;
            file.WriteByte((byte)(value ^ 1));
        }

        Failure.Of(() => ImportedModel.Open(_model), "weights.bin", null, "digest");
        Assert.NotNull(ImportedModel.Open(_model, verifyContent: false));
    }

    [Fact]
    public void Read_FileThatChangedSinceItWasOpened_Throws()
    {
        var model = ImportedModel.Open(_model);
        byte[] graph = model.ReadFlatGraph();
        Assert.Equal(graph, model.Read("flat.onnx", int.MaxValue));

        graph[^1] ^= 1;
        File.WriteAllBytes(model.FlatGraphPath, graph);

        Failure.Of(() => model.ReadFlatGraph(), "flat.onnx", null, "digest");
    }

    [Fact]
    public void Read_FileThatWasNotImported_IsNotThere()
    {
        var model = ImportedModel.Open(_model);
        File.WriteAllText(Path.Combine(_model, "chat_template.jinja"), "somebody's");

        Assert.Null(model.Read("chat_template.jinja", 100));
        Failure.Of(() => model.Read("tokenizer.json", 10), "tokenizer.json", null, "limit is 10");
    }

    [Fact]
    public void Open_AnotherDescriptionThanWasPrepared_Throws()
    {
        string digest = ImportedModel.Open(_model).Files[^1].Sha256;
        File.AppendAllText(Path.Combine(_model, Manifest), "\n");

        Failure.Of(() => ImportedModel.Open(_model, descriptionSha256: digest), Manifest, null, "digest");
    }

    [Theory]
    [InlineData("format", "1", "format")]
    [InlineData("format", "null", "format")]
    [InlineData("surplus", "1", null)]
    [InlineData("shape", "null", null)]
    [InlineData("files", "null", null)]
    [InlineData("files", "[]", "files")]
    [InlineData("files", "[null]", null)]
    [InlineData("endTokens", "[9999]", "endTokens")]
    [InlineData("beginToken", "-1", "beginToken")]
    [InlineData("quantization", "\"q5\"", null)]
    public void Open_ManifestChanged_Throws(string field, string value, string? named)
    {
        Change(m => m[field] = JsonNode.Parse(value));
        var failure = Assert.Throws<ExpertCluster.Models.Checkpoints.CheckpointException>(() => ImportedModel.Open(_model));
        Assert.Equal(Manifest, failure.File);
        if (named is not null)
        {
            Assert.Equal(named, failure.Field);
        }
    }

    [Fact]
    public void Open_ManifestNamesAFileElsewhere_Throws()
    {
        Change(m => m["files"]!.AsArray().Add(new JsonObject { ["name"] = "../in/config.json", ["bytes"] = 1, ["sha256"] = "" }));
        Failure.Of(() => ImportedModel.Open(_model), "out", "../in/config.json", "plain file name");
    }

    [Fact]
    public void Open_ShapeOutOfRange_NamesTheField()
    {
        Change(m => m["shape"]!["layers"] = 1_000_000);
        Failure.Of(() => ImportedModel.Open(_model), Manifest, "num_hidden_layers");
    }

    /// <summary>Digests that fit the change, as somebody who hands out a prepared folder would write them.</summary>
    [Theory]
    [InlineData("location", "../secret", "elsewhere")]
    [InlineData("location", "/etc/passwd", "elsewhere")]
    [InlineData("location", "*/_ORT_MEM_ADDR_/*", "elsewhere")]
    [InlineData("offset", "999999999999", "outside")]
    [InlineData("offset", "-4096", "outside")]
    [InlineData("length", "9223372036854775807", "outside")]
    public void Open_GraphWithTensorElsewhere_Throws(string key, string value, string part)
    {
        Forge(model => Tensor(model, "cos").ExternalData.Single(e => e.Key == key).Value = value);
        Failure.Of(() => ImportedModel.Open(_model), "flat.onnx", "cos", part);
    }

    [Fact]
    public void Open_GraphWithForeignDomain_Throws()
    {
        Forge(model => model.Graph.Node.Single(n => n.Name == "0.attn").Domain = "com.evil");
        Failure.Of(() => ImportedModel.Open(_model), "flat.onnx", "0.attn", "com.evil");
    }

    [Fact]
    public void Open_GraphWithAbsurdShape_Throws()
    {
        Forge(model => Tensor(model, "cos").Dims[0] = long.MaxValue);
        Failure.Of(() => ImportedModel.Open(_model), "flat.onnx", "cos", "absurd");
    }

    [Theory]
    // Field 25 of the model (functions), 15 of the graph (sparse initializers): legal ONNX, but nothing we write.
    [InlineData("CA01020A00")]
    [InlineData("3A037A010A")]
    public void Open_GraphWithOtherParts_Throws(string hex)
    {
        byte[] extra = Convert.FromHexString(hex);
        Forge(bytes => [.. bytes, .. extra]);
        var failure = Assert.Throws<ExpertCluster.Models.Checkpoints.CheckpointException>(() => ImportedModel.Open(_model));
        Assert.Equal("flat.onnx", failure.File);
    }

    [Fact]
    public void Open_GraphIsNoModel_Throws()
    {
        Forge(bytes => bytes[..^3]);
        Failure.Of(() => ImportedModel.Open(_model), "flat.onnx", null, "not an ONNX model");
    }

    [Fact]
    public void IsImported_CheckpointFolder_IsNot()
    {
        Assert.True(ImportedModel.IsImported(_model));
        Assert.False(ImportedModel.IsImported(_folder["in"]));
    }

    private static TensorProto Tensor(ModelProto model, string name) => model.Graph.Initializer.Single(t => t.Name == name);

    private void Forge(Action<ModelProto> change) => Forge(bytes =>
    {
        var model = ModelProto.Parser.ParseFrom(bytes);
        change(model);
        return model.ToByteArray();
    });

    private void Forge(Func<byte[], byte[]> change)
    {
        string path = Path.Combine(_model, "flat.onnx");
        byte[] forged = change(File.ReadAllBytes(path));
        File.WriteAllBytes(path, forged);
        Change(m =>
        {
            var entry = m["files"]!.AsArray().Single(f => (string?)f!["name"] == "flat.onnx")!;
            entry["bytes"] = forged.Length;
            entry["sha256"] = Convert.ToHexStringLower(SHA256.HashData(forged));
        });
    }

    private void Change(Action<JsonObject> change)
    {
        string path = Path.Combine(_model, Manifest);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }
}
