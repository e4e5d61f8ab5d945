using ExpertCluster.Gating.Serving;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Learning.Tests;

/// <summary>Gates of the real MiniLM.</summary>
public sealed class MeaningTrainingTests : IDisposable
{
    private static readonly GateExpert[] Described =
    [
        new() { Name = "law", Base = "small", Description = "Courts, leases and contracts, and the rights of tenants." },
        new() { Name = "medicine", Base = "small", Description = "Diseases, their symptoms, and how they are treated." },
        new() { Name = "music", Base = "small", Description = "Melody, harmony, instruments and composers." },
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("May my landlord keep the deposit?", "law")]
    [InlineData("I have had a fever and a sore throat since Monday.", "medicine")]
    [InlineData("How is a violin tuned?", "music")]
    [InlineData("It rained the whole day, so we stayed at home and drank tea. My sister came over. May my landlord keep the deposit?", "law")]
    [InlineData("Hello, how are you today?", "small")]
    [InlineData("", "small")]
    public void Train_DescriptionsAlone_RouteWhatTheyMean(string text, string expert)
    {
        GateTrainer.Train(Set(GateKind.Embeddings, Described), _folder["gates"]);
        using var gate = RequestGate.Load(_folder["gates"]);
        var scores = gate.Score(text);
        Assert.Equal(expert, scores.Ranked[0].Probability < scores.Floor ? scores.Generalist : scores.Ranked[0].Name);
    }

    [Fact]
    public void Train_TwoFieldsInOneText_ShowBoth()
    {
        GateTrainer.Train(Set(GateKind.Embeddings, Described), _folder["gates"]);
        using var gate = RequestGate.Load(_folder["gates"]);
        var ranked = gate.Score("May my landlord keep the deposit? And which medicine helps against a fever?").Ranked;
        Assert.Equal(["law", "medicine"], ranked.Take(2).Select(c => c.Name).Order());
        Assert.True(ranked[1].Probability > 0.1, $"{ranked[1]}");
    }

    [Theory]
    [InlineData(GateKind.Embeddings)]
    [InlineData(GateKind.Stacked)]
    public void Train_TwiceTheSame_WritesTheSameBytes(GateKind kind)
    {
        var set = SmallWorld.Set() with { Kind = kind, Encoder = SentenceModels.MiniLm, Encodings = new Dictionary<string, ChatEncoding>() };
        GateTrainer.Train(set, _folder["a"], SmallWorld.Options);
        GateTrainer.Train(set, _folder["b"], SmallWorld.Options);
        foreach (string file in Directory.GetFiles(_folder["a"], "*", SearchOption.AllDirectories))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(_folder["b"], Path.GetRelativePath(_folder["a"], file))));
        }
    }

    [Theory]
    [InlineData(GateKind.Embeddings)]
    [InlineData(GateKind.Stacked)]
    public void Train_Examples_AreRightOnNewWords(GateKind kind)
    {
        var set = SmallWorld.Set() with { Kind = kind, Encoder = SentenceModels.MiniLm, Encodings = new Dictionary<string, ChatEncoding>() };
        var report = Assert.Single(GateTrainer.Train(set, _folder["gates"], SmallWorld.Options).Gates);
        Assert.InRange(report.HeldOutAccuracy, 0.95, 1);
        Assert.True(report.HeldOut >= 20, $"{report.HeldOut}");
        using var gate = RequestGate.Load(_folder["gates"]);
        var wrong = ((string[])["cooking", "sailing", "chess"]).SelectMany(name => SmallWorld.HeldOut(name).Where(e => gate.Score(e.Prompt).Ranked[0].Name != name)).ToList();

        // Of 24; "Can I freeze fresh bread?" is everyday talk as well.
        Assert.True(wrong.Count <= 1, string.Join('\n', wrong));
    }

    [Fact]
    public void Train_DescriptionAlone_OfNgrams_IsReachedByNameOnly()
    {
        var set = SmallWorld.Set() with { Experts = [.. SmallWorld.Set().Experts, Described[0]] };
        Assert.DoesNotContain("law", GateTrainer.Request(set, SmallWorld.Options).Metadata.Classes);
    }

    [Fact]
    public void Train_WithoutEncoder_SaysSo() =>
        Assert.Contains("encoder is missing", Assert.Throws<ArgumentException>(() => GateTrainer.Train(SmallWorld.Set() with { Kind = GateKind.Stacked }, _folder["gates"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Train_KeywordsAlone_IsJudgedByKeywordsThatItNeverSaw()
    {
        // Words that have nothing in common: who has seen four of them knows nothing of the fifth.
        GateExpert[] experts =
        [
            new() { Name = "one", Base = "small", Keywords = ["basalt", "whisper", "quorum", "lantern", "zygote"] },
            new() { Name = "two", Base = "small", Keywords = ["cobweb", "fjord", "mortgage", "hymn", "pixel"] },
        ];
        var report = GateTrainer.Train(new GateTrainingSet { Experts = experts }, _folder["gates"], SmallWorld.Options);
        Assert.InRange(Assert.Single(report.Gates).HeldOutAccuracy, 0, 0.8);
    }

    private static GateTrainingSet Set(GateKind kind, GateExpert[] experts) => new() { Kind = kind, Encoder = SentenceModels.MiniLm, Experts = experts };
}
