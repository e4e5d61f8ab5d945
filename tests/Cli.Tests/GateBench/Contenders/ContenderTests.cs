using ExpertCluster.Cli.GateBench.Contenders;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.GateBench.Contenders;

public sealed class ContenderTests
{
    private static readonly Lesson Pets = new(
    [
        new LessonField("cats") { Examples = ["the kitten purrs", "a cat and its whiskers", "the kitten sleeps", "cats climb trees", "my cat drinks milk"] },
        new LessonField("boats") { Examples = ["the sailor rows", "a boat and its sails", "the ship leaves port", "boats cross rivers", "my boat has a mast"] },
    ]);

    [Fact]
    public void Majority_AnyText_GetsTheFirstField()
    {
        MajorityContender majority = new();
        var scores = majority.Teach(Pets)!.Score("a boat");

        Assert.True(majority.IsBlind);
        Assert.Equal(("cats", "general"), (scores.Ranked[0].Name, scores.Generalist));
        Assert.True(scores.Ranked[0].Probability >= scores.Floor);
    }

    [Fact]
    public void TfIdf_KnownWords_GetTheirField()
    {
        var gate = new TfIdfContender().Teach(Pets)!;

        Assert.Equal("cats", gate.Score("The KITTEN, a zebra").Ranked[0].Name);
        Assert.Equal("boats", gate.Score("sails").Ranked[0].Name);
        Assert.All(gate.Score("zebra").Ranked, c => Assert.Equal(0.5, c.Probability, 12));
    }

    /// <summary>Both texts of a field are one vector over the root of two each; a rare word weighs 1 + ln(3/2), a common one 1.</summary>
    [Fact]
    public void TfIdf_TwoTexts_ScoreByTheCosine()
    {
        var gate = new TfIdfContender().Teach(new Lesson(
        [
            new LessonField("one") { Description = "a b" },
            new LessonField("two") { Description = "a c" },
        ]))!;

        double common = 1;
        double rare = 1 + Math.Log(3.0 / 2);
        double length = Math.Sqrt((common * common) + (rare * rare));
        double[] expected = ScoreScale.Softmax([rare / length, 0], ScoreScale.Unknown.Temperature);
        Assert.Equal(expected[0], gate.Score("b").Ranked[0].Probability, 9);
    }

    [Fact]
    public void NGrams_Examples_TeachTheProductsGate()
    {
        var gate = new NgramContender().Teach(Pets)!;
        using var held = (IDisposable)gate;

        var scores = gate.Score("my kitten drinks");
        Assert.Equal("cats", scores.Ranked[0].Name);
        Assert.InRange(scores.Floor, 0.1, 0.5);
    }

    /// <summary>In other words than those that taught: the sentence model knows what they mean.</summary>
    [Fact]
    public void Embeddings_OtherWords_GetTheirField()
    {
        using EncodedTexts encoded = new(SentenceModels.MiniLm);
        Lesson sentences = new([new LessonField("cats") { Description = "Small furry pets." }, new LessonField("boats") { Description = "Travelling on water." }]);

        foreach (var lesson in (Lesson[])[Pets, sentences])
        {
            foreach (var contender in (IGateContender[])[new EmbeddingCentroidContender(encoded), new EmbeddingSoftmaxContender(encoded)])
            {
                var gate = contender.Teach(lesson)!;
                Assert.Equal("cats", gate.Score("a tabby with soft paws").Ranked[0].Name);
                Assert.Equal("boats", gate.Score("the yacht is anchored in the harbour").Ranked[0].Name);
                Assert.StartsWith("minilm-", contender.Name, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ProductsEmbeddings_OtherWords_GetTheirField(bool isStacked)
    {
        using EncodedTexts encoder = new(SentenceModels.MiniLm);
        IGateContender contender = isStacked ? new StackedContender(encoder) : new EmbeddingsContender(encoder);
        var gate = contender.Teach(Pets)!;
        using var held = (IDisposable)gate;

        Assert.Equal("cats", gate.Score("a tabby with soft paws").Ranked.First(c => c.Name is "cats" or "boats").Name);
        Assert.Equal(isStacked ? "minilm-stacked" : "minilm-embeddings", contender.Name);
    }

    [Fact]
    public void Choose_UnknownKind_IsRefusedWithThoseThatThereAre()
    {
        using GateContenders contenders = new([]);

        var refusal = Assert.Throws<InvalidDataException>(() => contenders.Choose(["n-grams,bert"]));

        Assert.Equal("--kinds has 'bert'; there are majority, tf-idf, n-grams", refusal.Message);
        Assert.Equal(["majority", "n-grams"], contenders.Choose(["n-grams, majority"]).Select(c => c.Name));
        Assert.Equal(3, contenders.Choose([]).Count);
    }
}
