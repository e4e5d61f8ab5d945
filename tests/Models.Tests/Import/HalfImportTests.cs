using System.Runtime.InteropServices;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Families;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Models.Tests.Support;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Import;

/// <summary>Import to float16: what is stored, and what float16 cannot hold.</summary>
public sealed class HalfImportTests : IDisposable
{
    private const string Up = "model.layers.1.mlp.up_proj.weight";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Import_Embedding_IsRoundedToNearest()
    {
        string checkpoint = RandomCheckpoint.Write(_folder["in"], RandomCheckpoint.Shape);
        var model = Import(checkpoint);
        using var source = ModelCheckpoint.Open(checkpoint);
        var expected = Array.ConvertAll(source.Read("model.embed_tokens.weight"), value => (Half)value);

        var stored = model.FlatWeights.Tensors.Single(t => t.Name == "embedding");
        byte[] file = File.ReadAllBytes(model.FlatWeights.Path);
        Assert.Equal(expected, MemoryMarshal.Cast<byte, Half>(file.AsSpan((int)stored.Offset, (int)stored.Length)).ToArray());
    }

    [Fact]
    public void Import_TiedHead_LiesWhereTheEmbeddingDoes()
    {
        var model = Import(RandomCheckpoint.Write(_folder["in"], RandomCheckpoint.Shape));
        var embedding = model.FlatWeights.Tensors.Single(t => t.Name == "embedding");
        var head = model.FlatWeights.Tensors.Single(t => t.Name == "head");
        Assert.Equal((embedding.Offset, embedding.Length, false, true), (head.Offset, head.Length, embedding.IsWidened, head.IsWidened));
    }

    [Fact]
    public void Import_File_IsHalfOfFloat32s()
    {
        // Wide enough that the page on which each tensor begins does not count.
        string checkpoint = RandomCheckpoint.Write(_folder["in"], RandomCheckpoint.Shape with { Hidden = 256, Intermediate = 640, Vocabulary = 2048 });
        long whole = new FileInfo(ModelImporter.Import(checkpoint, _folder["whole"], new ImportOptions()).FlatWeights.Path).Length;
        Assert.InRange(Import(checkpoint).FlatWeights.Bytes, whole / 2, whole * 52 / 100);
    }

    [Theory]
    [InlineData(65_520f, "65520", "65504")]
    [InlineData(-1e30f, "-1E+30", "65504")]
    public void Import_ValueBeyondItsEnd_NamesTheTensor(float value, string shown, string limit) =>
        Failure.Of(() => Import(With(values => values[3] = value)), "in", Up, shown, limit);

    [Fact]
    public void Import_TensorBelowItsNormalRange_NamesTheTensor() =>
        Failure.Of(() => Import(With(values => Array.ForEach(Enumerable.Range(0, values.Length).ToArray(), i => values[i] *= 1e-6f))), "in", Up, "normal range");

    [Theory]
    [InlineData(65_519f)]
    [InlineData(1e-7f)]
    [InlineData(0f)]
    public void Import_ValueThatRoundsIntoItsRange_IsTaken(float value) =>
        Assert.Equal(Quantization.F16, Import(With(values => values[3] = value)).Quantization);

    private ImportedModel Import(string checkpoint) =>
        ModelImporter.Import(checkpoint, _folder["out"], new ImportOptions { Quantization = Quantization.F16 });

    /// <summary>A checkpoint with one tensor changed.</summary>
    private string With(Action<float[]> change)
    {
        string folder = RandomCheckpoint.Write(_folder["in"], RandomCheckpoint.Shape);
        string changed = Path.Combine(folder, "changed");
        using (var source = ModelCheckpoint.Open(folder))
        {
            SafetensorsWriter.Write(changed, CheckpointTensors.All(source.Architecture).Select(t =>
            {
                float[] values = source.Read(t.Name);
                if (t.Name == Up)
                {
                    change(values);
                }

                return (t.Name, t.Shape, values);
            }));
        }

        File.Move(changed, Path.Combine(folder, "model.safetensors"), overwrite: true);
        return folder;
    }
}
