using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Serving;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Learning.Tests;

public sealed class SparseTeacherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_ManyFields_KnowsThemByWhatItHasNotSeen()
    {
        using var gate = Trained(ManyFields.Set());
        Assert.All(Enumerable.Range(0, ManyFields.Count), f => Assert.Equal(ManyFields.NameOf(f), gate.Score(ManyFields.HeldOut(f)).Ranked[0].Name));
    }

    [Theory]
    [InlineData("Good morning! It rained all day, and I went for a walk.")]
    [InlineData("")]
    public void Train_ManyFields_LeavesOthersTextToTheGeneralist(string text)
    {
        using var gate = Trained(ManyFields.Set());
        var scores = gate.Score(text);
        Assert.True(scores.Ranked[0].Name == scores.Generalist || scores.Ranked[0].Probability < scores.Floor, $"{scores.Ranked[0]}, floor {scores.Floor}");
    }

    [Fact]
    public void Fit_OneThreadOrTwo_LearnsTheSameWeights()
    {
        var classes = GateClass.OfRequest(ManyFields.Set(20));
        var documents = ClassDocuments.Draw(ExamplePool.All(classes), ExamplePool.All(Empty(classes)), ManyFields.Options, 4096);
        float[] inverse = documents.Samples.InverseOf(4096);
        var support = ClassSupport.Of(documents, classes, inverse);

        var indexes = ((int[])[1, 2]).Select(threads =>
        {
            SparseRegression model = new(support, inverse, classes.Count, 0.25f, threads);
            model.Fit(documents.Samples, documents.Learned, epochs: 3, seed: 1);
            return model.ToIndex();
        }).ToArray();

        Assert.Equal(indexes[0].Postings.ToArray(), indexes[1].Postings.ToArray());
        Assert.Equal(indexes[0].Bias.ToArray(), indexes[1].Bias.ToArray());
    }

    [Fact]
    public void Teach_HeldOutExamples_AreOfFewClassesAndTellTheAccuracy()
    {
        var metadata = GateTrainer.Request(ManyFields.Set(), ManyFields.Options).Metadata;
        Assert.InRange(metadata.HeldOut, ManyFields.Count, 2 * ManyFields.Count);
        Assert.InRange(metadata.HeldOutAccuracy, 0.9, 1);
        Assert.Equal(0, metadata.LearnedBeside);
    }

    [Fact]
    public void Score_MoreClassesThanAreRanked_NamesTheLikeliestAndTheGeneralist()
    {
        using var gate = Trained(ManyFields.Set());
        string text = ManyFields.HeldOut(7);

        var scores = gate.Score(text);
        var all = gate.ScoreAll(text);

        Assert.InRange(scores.Ranked.Count, RequestGate.MostRanked, RequestGate.MostRanked + 1);
        Assert.Contains(scores.Ranked, c => c.Name == scores.Generalist);
        Assert.Equal(1, scores.Ranked.Sum(c => c.Probability) + scores.Rest, 1e-5);
        Assert.Equal((ManyFields.Count + 1, 0), (all.Ranked.Count, all.Rest));
        Assert.Equal(all.Ranked.Take(RequestGate.MostRanked), scores.Ranked.Take(RequestGate.MostRanked));
    }

    private static GateClass[] Empty(IReadOnlyList<GateClass> classes) => [.. classes.Select(c => c with { Examples = [] })];

    private RequestGate Trained(GateTrainingSet set)
    {
        GateTrainer.Train(set, _folder["gates"], ManyFields.Options);
        return RequestGate.Load(_folder["gates"]);
    }
}
