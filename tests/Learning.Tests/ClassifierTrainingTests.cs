using ExpertCluster.Gating;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Learning.Tests;

public sealed class ClassifierTrainingTests : IDisposable
{
    private static readonly (string Word, string Label)[] Words =
        [("pasta", "cooking"), ("soup", "cooking"), ("anchor", "sailing"), ("harbour", "sailing"), ("bishop", "board games"), ("weather", "small")];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Boil the pasta.", "cooking")]
    [InlineData("Where is the harbour?", "sailing")]
    [InlineData("It is late and I am tired. Nobody came, and so I went home. Where is the harbour?", "sailing")]
    public void Train_LabelsThatAreExperts_RouteAsTheClassifierSays(string text, string expert)
    {
        using var gate = Trained();
        Assert.Equal(expert, gate.Score(text).Choice());
    }

    /// <summary>What it says of everyday text, it says of no expert.</summary>
    [Theory]
    [InlineData("How is the weather?")]
    [InlineData("")]
    public void Train_TextOfNobody_IsTheGeneralists(string text)
    {
        using var gate = Trained();
        Assert.Equal(SmallWorld.Base, gate.Score(text).Choice());
    }

    [Fact]
    public void Train_ExpertWithoutLabel_IsNeverChosen()
    {
        using var gate = Trained();
        Assert.Contains("chess", gate.Classes);
        Assert.All((string[])["How does the bishop move?", "chess", "Boil the pasta."], text => Assert.True(gate.Score(text).Of("chess") < 1e-6));
    }

    [Fact]
    public void Train_LoudClassifier_IsCooledByTheExamples()
    {
        FakeClassifier.Write(_folder["loud"], Words, loudness: 400);
        var report = GateTrainer.Train(Set(_folder["loud"]), _folder["gates"], SmallWorld.Options);
        Assert.True(report.Gates[0].Temperature > 1.5, $"{report.Gates[0]}");
        Assert.True(report.Gates[0].HeldOut > 0);
    }

    [Fact]
    public void Train_TwiceTheSame_WritesTheSameBytes()
    {
        FakeClassifier.Write(_folder["model"], Words);
        GateTrainer.Train(Set(_folder["model"]), _folder["a"], SmallWorld.Options);
        GateTrainer.Train(Set(_folder["model"]), _folder["b"], SmallWorld.Options);
        foreach (string file in Directory.GetFiles(_folder["a"], "*", SearchOption.AllDirectories))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(_folder["b"], Path.GetRelativePath(_folder["a"], file))));
        }
    }

    [Fact]
    public void Train_LabelsOfNobody_AreRefused() => Refused("none of its labels is an expert: tax", () => FakeClassifier.Write(_folder["model"], [("vat", "tax")]));

    [Fact]
    public void Train_NoLabels_IsRefused() => Refused("id2label is missing", () =>
    {
        FakeClassifier.Write(_folder["model"], Words);
        File.WriteAllText(_folder["model/config.json"], "{}");
    });

    [Fact]
    public void Train_MoreLabelsThanNumbers_IsRefused() => Refused("gives 4 logits", () =>
    {
        FakeClassifier.Write(_folder["model"], Words);
        FakeClassifier.WriteLabels(_folder["model"], "cooking", "sailing", "a", "b", "c");
    });

    [Theory]
    [InlineData("""{"id2label": {"0": "cooking", "1": "cooking"}}""")]
    [InlineData("""{"id2label": {"0": "cooking", "2": "sailing"}}""")]
    [InlineData("""{"id2label": {"0": "cooking", "1": ""}}""")]
    [InlineData("""{"id2label": {"0": "cooking", "-1": "sailing"}}""")]
    [InlineData("""{"id2label": {"0": "cooking", "1": 7}}""")]
    public void Train_BadLabels_AreRefused(string config) => Refused("the ids of 2 labels must be 0 to 1", () =>
    {
        FakeClassifier.Write(_folder["model"], Words);
        File.WriteAllText(_folder["model/config.json"], config);
    });

    [Fact]
    public void Train_SentenceModel_IsNoClassifier() => Refused("a classifier gives logits", () =>
    {
        FakeEncoder.Write(_folder["model"]);
        FakeClassifier.WriteLabels(_folder["model"], "cooking");
    });

    [Fact]
    public void Train_NumbersThatAreNone_IsRefused() => Refused("no number", () => FakeClassifier.Write(_folder["model"], [("a", "cooking"), (".", "cooking")], loudness: float.NaN));

    [Fact]
    public void Load_GateOfOtherColumns_IsRefused()
    {
        Trained().Dispose();
        string file = _folder["gates/request/gate.json"];
        string json = File.ReadAllText(file);
        foreach (string columns in (string[])["[0, 1]", "[99, 0, 0, 0]", "[-2, 0, 0, 0]", "[-1, -1, -1, -1]"])
        {
            File.WriteAllText(file, System.Text.RegularExpressions.Regex.Replace(json, "\"columns\": \\[[^]]*]", $"\"columns\": {columns}"));
            Assert.Contains("columns", Assert.Throws<GateFormatException>(() => RequestGate.Load(_folder["gates"])).Message, StringComparison.Ordinal);
        }
    }

    private static GateTrainingSet Set(string model) =>
        SmallWorld.Set() with { Kind = GateKind.Classifier, Encoder = model, Encodings = new Dictionary<string, ChatEncoding>() };

    private RequestGate Trained()
    {
        FakeClassifier.Write(_folder["model"], Words);
        GateTrainer.Train(Set(_folder["model"]), _folder["gates"], SmallWorld.Options);
        return RequestGate.Load(_folder["gates"]);
    }

    private void Refused(string part, Action write)
    {
        write();
        var error = Assert.Throws<GateFormatException>(() => GateTrainer.Train(Set(_folder["model"]), _folder["gates"], SmallWorld.Options));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
