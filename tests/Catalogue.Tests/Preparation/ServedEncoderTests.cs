using System.Text.RegularExpressions;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Gating.Embeddings;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Preparation;

/// <summary>A catalogue with encoders of its own.</summary>
public sealed class ServedEncoderTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _progress = [];

    public ServedEncoderTests()
    {
        RandomCheckpoint.Write(_folder["base"], RandomCheckpoint.Shape);
        FakeEncoder.Write(_folder["sentences"]);
        FakeCrossEncoder.Write(_folder["pairs"], [("pasta", 2)], tokens: 128);
        Write("  - {name: sentences, path: sentences, description: Short ones, replicas: 2, labels: [disk=fast]}", "  - {name: pairs, path: pairs, task: score}");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Prepare_Encoders_LieInTheFolderByTheirContent()
    {
        Prepare();

        var snapshot = new CatalogueSnapshot(1, PreparedCatalogue.Load(_folder["out"]));
        Assert.Equal(["sentences", "pairs"], snapshot.Encoders.Select(e => e.Name));
        var (sentences, pairs) = (snapshot.FindEncoder("sentences")!, snapshot.FindEncoder("pairs")!);
        Assert.Equal((EncoderTask.Embed, 256, "Short ones"), (sentences.Task, sentences.MaxTokens, sentences.Description));
        Assert.Equal(["disk=fast"], sentences.Labels);
        Assert.Equal((2, 0), (sentences.Replicas, pairs.Replicas));
        Assert.Equal(1, Regex.Count(File.ReadAllText(Path.Combine(_folder["out"], PreparedCatalogue.FileName)), "\"replicas\": ?2"));
        Assert.Equal((EncoderTask.Score, 128), (pairs.Task, pairs.MaxTokens));
        Assert.NotEqual(sentences.Revision, pairs.Revision);
        using var encoder = SentenceEncoder.Load(pairs.Folder.Check("encoder pairs"), classifies: true);
        Assert.Equal(1, encoder.LabelCount);
    }

    [Fact]
    public void Prepare_Again_ImportsNothing()
    {
        Prepare();
        Assert.Contains("importing encoder sentences", _progress);
        _progress.Clear();

        Assert.False(Prepare());
        Assert.Empty(_progress);
    }

    /// <summary>The cache's file and the output's are one where a file system has links.</summary>
    [Theory]
    [InlineData("model.onnx")]
    [InlineData("vocab.txt")]
    [InlineData("encoder.json")]
    [InlineData("files.json")]
    public void Prepare_EntryOfTheCacheIsDamaged_IsMadeAgain(string name)
    {
        Prepare();
        string before = File.ReadAllText(_folder["out/prepared.json"]);
        foreach (string file in Directory.EnumerateFiles(_folder["cache/encoders"], name, SearchOption.AllDirectories))
        {
            byte[] bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(file, bytes);
        }

        _progress.Clear();
        Prepare();

        Assert.Contains("encoder sentences: the import in the cache is damaged; it is imported again", _progress);
        Assert.Equal(before, File.ReadAllText(_folder["out/prepared.json"]));
        var catalogue = PreparedCatalogue.Load(_folder["out"]);
        foreach (var encoder in catalogue.Encoders!)
        {
            encoder.Folder.Check($"encoder {encoder.Name}");
        }
    }

    [Fact]
    public void Prepare_NoneAnyMore_SaysNothingOfEncoders()
    {
        Prepare();
        Assert.Contains("encoders", File.ReadAllText(_folder["out/prepared.json"]), StringComparison.Ordinal);
        File.WriteAllText(_folder["experts.yaml"], "bases:\n  - {name: b, path: base}\n");

        Prepare();

        Assert.DoesNotContain("encoders", File.ReadAllText(_folder["out/prepared.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Stamp_FileOfAnEncoderChanges_IsAnother()
    {
        var stamp = new CatalogueStamp(_folder["experts.yaml"]);
        string before = stamp.Read();
        Assert.Equal(before, stamp.Read());

        FakeCrossEncoder.Write(_folder["pairs"], [("pasta", 3), ("soup", 1)]);

        Assert.NotEqual(before, stamp.Read());
    }

    [Theory]
    [InlineData("  - {name: a, path: pairs}", "encoder a: ", "gives logits")]
    [InlineData("  - {name: a, path: sentences, task: score}", "encoder a: ", "config.json: id2label is missing")]
    [InlineData("  - {name: a, path: classes, task: score}", "encoder a: ", "is a classifier of 2 labels; task score needs one of a single label")]
    [InlineData("  - {name: a, path: short, task: score}", "encoder a: ", "reads 4 tokens; task score needs 5 at least")]
    [InlineData("  - {name: a, path: sentences, replicas: 65}", "experts.yaml:4: encoder a: replicas", "64")]
    [InlineData("  - {name: a, path: sentences, task: rank}", "experts.yaml:4: encoder a: task is 'rank'", "embed or score")]
    [InlineData("  - {name: a, path: none}", "experts.yaml:4: encoder a: path", "there is no folder")]
    [InlineData("  - {name: a}", "experts.yaml:4: encoder a: path", "is missing")]
    [InlineData("  - {name: b, path: sentences}", "experts.yaml:4: an encoder", "the name 'b' is taken")]
    [InlineData("  - {name: auto, path: sentences}", "experts.yaml:4: an encoder", "the name 'auto' is taken")]
    [InlineData("  - {name: a, path: sentences, max_replicas: 2}", "experts.yaml:4: an encoder", "unknown key 'max_replicas'")]
    [InlineData("  - {name: a, path: sentences, labels: [x]}", "experts.yaml:4: encoder a: labels has 'x'", "key=value")]
    public void Prepare_WrongEncoder_IsRefusedByName(string entry, string place, string part)
    {
        FakeClassifier.Write(_folder["classes"], [("pasta", "one"), ("soup", "two")]);
        FakeCrossEncoder.Write(_folder["short"], [("pasta", 2)], tokens: 4);
        Write(entry);

        var error = Assert.Throws<CatalogueException>(() => Prepare());

        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Read_TooMany_IsRefused()
    {
        Write([.. Enumerable.Range(0, 65).Select(i => $"  - {{name: e{i}, path: sentences}}")]);

        Assert.Contains("encoders has more than 64 entries", Assert.Throws<CatalogueException>(() => Prepare()).Message, StringComparison.Ordinal);
    }

    private bool Prepare() => new CataloguePreparer(_folder["cache"], _folder["out"], _progress.Add).Prepare(_folder["experts.yaml"], _cancellation);

    private void Write(params string[] encoders) =>
        File.WriteAllText(_folder["experts.yaml"], $"bases:\n  - {{name: b, path: base}}\nencoders:\n{string.Join('\n', encoders)}\n");
}
