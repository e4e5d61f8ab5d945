using System.Text;
using System.Text.Json.Nodes;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.Learning;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Gating.Tests.Artefacts;

public sealed class GateFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GateFilesTests(SmallGates gates)
    {
        foreach (string file in Directory.GetFiles(gates.Directory, "*", SearchOption.AllDirectories))
        {
            string copy = _folder[Path.Combine("gates", Path.GetRelativePath(gates.Directory, file))];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [Theory]
    [InlineData("format", "1", "format is 1; this version reads 2")]
    [InlineData("kind", "\"other\"", "kind is \"other\"")]
    [InlineData("classes", "[]", "classes has 0 names")]
    [InlineData("classes", "[\"a\",\"a\",\"b\",\"small\"]", "empty or a repeated name")]
    [InlineData("classes", "[\"cooking\",\"small\"]", "names 2 classes")]
    [InlineData("generalist", "\"who\"", "is none of the classes")]
    [InlineData("buckets", "2147483647", "buckets is 2147483647")]
    [InlineData("window", "1000000", "window is 1000000")]
    [InlineData("recent", "0", "recent is 0")]
    [InlineData("temperature", "0", "temperature is 0")]
    [InlineData("floor", "7", "floor is 7")]
    [InlineData("surprise", "1", "surprise")]
    public void Load_BadMetadata_NamesTheField(string field, string value, string part)
    {
        string path = _folder["gates/token/small/gate.json"];
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json[field] = JsonNode.Parse(value);
        File.WriteAllText(path, json.ToJsonString());
        Assert.Contains(part, Assert.Throws<GateFormatException>(() => TokenGate.Load(_folder["gates"], "small")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TruncatedModel_ThrowsTyped()
    {
        string path = _folder["gates/token/small/gate.onnx"];
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..1000]);
        Assert.Contains("gate.onnx", Assert.Throws<GateFormatException>(() => TokenGate.Load(_folder["gates"], "small")).Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("ngrams.bin", "fifo")]
    [InlineData("ngrams.bin", "socket")]
    [InlineData("ngrams.bin", "device")]
    [InlineData("gate.json", "fifo")]
    [InlineData("gate.json", "folder")]
    public Task Load_NoFileInAFilesPlace_IsRefusedByName(string file, string kind) => Task.Run(() =>
    {
        SpecialFile.Put(_folder[$"gates/request/{file}"], kind);

        Assert.StartsWith(
            $"{_folder[$"gates/request/{file}"]} is no regular file but a ", Assert.Throws<GateFormatException>(() => RequestGate.Load(_folder["gates"])).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Load_GraphOfAnotherGate_IsRefused()
    {
        GateTrainer.Train(SmallWorld.Set(), _folder["other"], SmallWorld.Options with { TokenBuckets = 1024 });
        File.Copy(_folder["other/token/small/gate.onnx"], _folder["gates/token/small/gate.onnx"], overwrite: true);

        var error = Assert.Throws<GateFormatException>(() => TokenGate.Load(_folder["gates"], "small"));

        Assert.Contains("gate.onnx: weights is [", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Softmax", "Softmix")]
    [InlineData("ReduceSum", "ReduceSun")]
    public void Load_OperatorThatThereIsNot_IsRefusedInOneLine(string known, string unknown)
    {
        string path = _folder["gates/token/small/gate.onnx"];
        File.WriteAllText(path, File.ReadAllText(path, Encoding.Latin1).Replace(known, unknown, StringComparison.Ordinal), Encoding.Latin1);

        var error = Assert.Throws<GateFormatException>(() => TokenGate.Load(_folder["gates"], "small"));

        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(unknown, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Load_HalfWrittenMetadata_ThrowsTyped()
    {
        File.WriteAllText(_folder["gates/request/gate.json"], "{\"format\": 1,");
        Assert.Throws<GateFormatException>(() => RequestGate.Load(_folder["gates"]));
    }

    [Fact]
    public void Write_FillFails_LeavesTheOldFolder()
    {
        string target = _folder["gates"];
        Assert.Throws<IOException>(() => AtomicFolder.Write(target, stage =>
        {
            File.WriteAllText(Path.Combine(stage, "half"), "x");
            throw new IOException("disk full");
        }));
        Assert.Equal(["gates"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        Assert.True(File.Exists(_folder["gates/request/ngrams.bin"]));
    }

    public void Dispose() => _folder.Dispose();
}
