using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Preparation;

/// <summary>A catalogue whose gate has an encoder.</summary>
public sealed class EncoderPreparationTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _progress = [];

    public EncoderPreparationTests()
    {
        RandomCheckpoint.Write(_folder["base"], RandomCheckpoint.Shape);
        RandomAdapter.Write(_folder["law"], RandomCheckpoint.Shape);
        FakeEncoder.Write(_folder["encoder"]);
        Write("stacked");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Prepare_Encoder_LiesInTheRequestGatesFolder()
    {
        Prepare();

        var gates = PreparedCatalogue.Load(_folder["out"]).Gates!;
        string[] expected = ["classes.bin", "encoder/encoder.json", "encoder/model.onnx", "encoder/vocab.txt", "follow-up/gate.json", "follow-up/ngrams.bin", "gate.json", "ngrams.bin"];
        Assert.Equal(expected, gates.Files.Select(f => f.Name).Where(n => n.StartsWith("request/", StringComparison.Ordinal)).Select(n => n["request/".Length..]));
        using var gate = RequestGate.Load(gates.Check("the request gate", "request/"));
        Assert.Contains("law", gate.Classes);
    }

    /// <summary>Published models have some of what is read below their folders.</summary>
    [Fact]
    public void Stamp_FileBelowTheEncodersFolderChanges_IsAnother()
    {
        Directory.CreateDirectory(_folder["encoder/1_Pooling"]);
        File.WriteAllText(_folder["encoder/1_Pooling/config.json"], """{"pooling_mode_mean_tokens": true}""");
        var stamp = new CatalogueStamp(_folder["experts.yaml"]);
        string before = stamp.Read();
        Assert.Equal(before, stamp.Read());

        File.WriteAllText(_folder["encoder/1_Pooling/config.json"], """{"pooling_mode_cls_token": true}""");

        Assert.NotEqual(before, stamp.Read());
    }

    [Fact]
    public void Prepare_Again_ImportsAndTrainsNothing()
    {
        Prepare();
        _progress.Clear();

        Assert.False(Prepare());

        Assert.DoesNotContain(_progress, line => line.Contains("encoder", StringComparison.Ordinal) || line.Contains("training", StringComparison.Ordinal));
    }

    [Fact]
    public void Prepare_AnotherDescription_TrainsAgainAndImportsNothing()
    {
        Prepare();
        _progress.Clear();
        Write("stacked", "Courts and tenants");

        Assert.True(Prepare());

        Assert.Contains(_progress, line => line.Contains("training", StringComparison.Ordinal));
        Assert.DoesNotContain(_progress, line => line.Contains("importing the gate's encoder", StringComparison.Ordinal));
    }

    [Fact]
    public void Prepare_Ngrams_BringsNoEncoder()
    {
        Write("ngrams");
        Prepare();
        Assert.DoesNotContain(PreparedCatalogue.Load(_folder["out"]).Gates!.Files, f => f.Name.Contains("encoder", StringComparison.Ordinal));
    }

    [Fact]
    public void Prepare_EncoderThatIsNone_IsRefusedByName()
    {
        FakeEncoder.Write(_folder["encoder"], output: "logits");
        var error = Assert.Throws<CatalogueException>(() => Prepare());
        Assert.StartsWith("gate: encoder: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("gives logits", error.Message, StringComparison.Ordinal);
    }

    private bool Prepare() =>
        new CataloguePreparer(_folder["cache"], _folder["out"], _progress.Add).Prepare(_folder["experts.yaml"], _cancellation);

    private void Write(string kind, string description = "Courts and leases") => File.WriteAllText(_folder["experts.yaml"], $"""
        bases: [{"{"}name: small, path: base{"}"}]
        gate: {"{"}kind: {kind}{(kind == "ngrams" ? "" : ", encoder: encoder")}{"}"}
        experts:
          - name: law
            base: small
            adapter: law
            description: {description}
            keywords: [court, lease, tenant]
        """);
}
