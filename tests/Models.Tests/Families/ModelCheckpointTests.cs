using System.Text.Json;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Families;
using ExpertCluster.Models.Tests.Support;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;
using Tensor = (string Name, int[] Shape, float[] Values);

namespace ExpertCluster.Models.Tests.Families;

public sealed class ModelCheckpointTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";
    private const string Up = "model.layers.1.mlp.up_proj.weight";
    private const string Key = "model.layers.1.self_attn.k_proj.weight";

    private static readonly ModelShape Shape = RandomCheckpoint.Shape;

    private readonly TemporaryFolder _folder = new();

    public ModelCheckpointTests() => RandomCheckpoint.Write(_folder.Path, Shape);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_Sharded_EqualsTheSingleFile()
    {
        float[] single = Read(Up);
        Shard(name => name.Contains("layers.1", StringComparison.Ordinal) ? "b.safetensors" : "a.safetensors");
        Assert.Equal(single, Read(Up));
    }

    [Theory]
    [InlineData("../b.safetensors")]
    [InlineData("/b.safetensors")]
    [InlineData("sub/b.safetensors")]
    public void Open_ShardOutsideTheFolder_Throws(string shard)
    {
        Shard(_ => "a.safetensors", _ => shard);
        Assert.Contains("plain file name", Assert.Throws<CheckpointException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ShardMissing_NamesIt()
    {
        Shard(_ => "a.safetensors");
        File.Delete(_folder["a.safetensors"]);
        Failure.Of(Open, "a.safetensors", null, "is missing");
    }

    [Fact]
    public void Open_TensorInAnotherShardThanTheIndexSays_Throws()
    {
        Shard(name => name == CheckpointTensors.FinalNorm ? "b.safetensors" : "a.safetensors", _ => "a.safetensors");
        Failure.Of(Open, "a.safetensors", CheckpointTensors.FinalNorm, "is missing");
    }

    [Fact]
    public void Open_SameTensorTwiceInTheIndex_Throws()
    {
        Shard(_ => "a.safetensors");
        File.WriteAllText(_folder[Index], """{"weight_map": {"x": "a.safetensors", "x": "a.safetensors"}}""");
        Failure.Of(Open, Index, null, "JSON");
    }

    [Fact]
    public void Open_TensorMissing_NamesIt()
    {
        Rewrite(all => all.Where(t => t.Name != Key));
        Failure.Of(Open, "model.safetensors", Key, "is missing");
    }

    [Fact]
    public void Open_TensorOfAnotherShape_NamesBothShapes()
    {
        Rewrite(all => all.Select(t => t.Name == Key ? t with { Shape = [t.Shape[1], t.Shape[0]] } : t));
        Failure.Of(Open, "model.safetensors", Key, "[64, 32]", "[32, 64]");
    }

    [Theory]
    [InlineData("model.layers.0.self_attn.q_proj.bias", false)]
    [InlineData("model.layers.7.mlp.up_proj.weight", false)]
    [InlineData("model.layers.0.self_attn.rotary_emb.inv_freq", true)]
    [InlineData("lm_head.weight", true)]
    public void Open_TensorBeyondTheNeeded_OnlyDerivedOnesPass(string name, bool passes)
    {
        Rewrite(all => all.Append((name, [2], [1, 2])));
        if (passes)
        {
            Open();
        }
        else
        {
            Failure.Of(Open, "model.safetensors", name, "is not a tensor");
        }
    }

    [Fact]
    public void Open_NoTensorFile_NamesBothPossibleFiles()
    {
        File.Delete(_folder["model.safetensors"]);
        Assert.Contains($"neither model.safetensors nor {Index}", Assert.Throws<CheckpointException>(Open).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pytorch_model.bin", "convert it to safetensors")]
    [InlineData("pytorch_model-00001-of-00002.bin", "convert it to safetensors")]
    [InlineData("consolidated.00.pth", "convert it to safetensors")]
    [InlineData("consolidated.safetensors", "take the repository's model*.safetensors")]
    [InlineData("model-q4.gguf", "take the original safetensors")]
    public void Open_OtherFormatOnly_SaysWhatToDo(string file, string advice)
    {
        File.Move(_folder["model.safetensors"], _folder[file]);
        string message = Assert.Throws<CheckpointException>(Open).Message;

        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains(advice, message, StringComparison.Ordinal);
    }

    private void Open() => ModelCheckpoint.Open(_folder.Path).Dispose();

    private float[] Read(string tensor)
    {
        using var checkpoint = ModelCheckpoint.Open(_folder.Path);
        return checkpoint.Read(tensor);
    }

    private Tensor[] Tensors()
    {
        using var checkpoint = ModelCheckpoint.Open(_folder.Path);
        return [.. CheckpointTensors.All(checkpoint.Architecture).Select(t => (t.Name, t.Shape, checkpoint.Read(t.Name)))];
    }

    private void Rewrite(Func<IEnumerable<Tensor>, IEnumerable<Tensor>> change)
    {
        Tensor[] changed = [.. change(Tensors())];
        SafetensorsWriter.Write(_folder["model.safetensors"], changed);
    }

    private void Shard(Func<string, string> shardOf, Func<string, string>? said = null)
    {
        var all = Tensors();
        foreach (var shard in all.GroupBy(t => shardOf(t.Name)))
        {
            SafetensorsWriter.Write(_folder[shard.Key], shard);
        }

        File.Delete(_folder["model.safetensors"]);
        var map = all.ToDictionary(t => t.Name, t => (said ?? shardOf)(t.Name));
        File.WriteAllText(_folder[Index], JsonSerializer.Serialize(new { weight_map = map }));
    }
}
