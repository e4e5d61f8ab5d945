using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Gating.Tests.Support;

namespace ExpertCluster.Gating.Tests.Serving;

/// <summary>The request gate on the demo's held-out sets. A random gate gets 1 in 6, the largest class 1 in 5.</summary>
public sealed class DemoRequestGateTests(DemoGates gates, ITestOutputHelper output) : IDisposable
{
    private readonly RequestGate _gate = RequestGate.Load(gates.Directory);

    [Theory]
    [InlineData("single", 0.99)]
    [InlineData("preamble", 0.9)]
    [InlineData("public", 0.99)]
    [InlineData("reading", 0.95)]
    [InlineData("languages", 0.95)]
    [InlineData("general", 0.95)]
    public void Score_HeldOutPrompts_RanksTheRightClassFirst(string set, double least) =>
        AtLeast(least, set, row => _gate.Score(row.Prompt).Ranked[0].Name == row.Domains[0]);

    [Fact]
    public void Score_Compound_RanksBothFieldsFirst() =>
        AtLeast(0.95, "compound", row => _gate.Score(row.Prompt).Ranked.Take(2).Select(c => c.Name).Order().SequenceEqual(row.Domains.Order()));

    [Fact]
    public void Score_General_LeavesEveryExpertBelowTheFloor() =>
        AtLeast(0.95, "general", row => BestExpert(_gate.Score(row.Prompt)) < _gate.Score(row.Prompt).Floor);

    [Theory]
    [InlineData("single", 0.98)]
    [InlineData("compound", 0.98)]
    [InlineData("preamble", 0.9)]
    public void Score_FieldPrompts_LiftAnExpertAboveTheFloor(string set, double least) =>
        AtLeast(least, set, row => BestExpert(_gate.Score(row.Prompt)) >= _gate.Score(row.Prompt).Floor);

    [Theory]
    [InlineData("xqzvb krrt wolpf nnh")]
    [InlineData("Wie wird das Wetter morgen in den Bergen?")]
    [InlineData("請推薦一本有趣的小說。")]
    [InlineData("")]
    [InlineData("😀😀😀")]
    public void Score_WhatNoExpertKnows_StaysBelowTheFloor(string text)
    {
        var scores = _gate.Score(text);
        output.WriteLine(string.Join(' ', scores.Ranked));
        Assert.True(BestExpert(scores) < scores.Floor, $"{scores.Ranked[0]}, floor {scores.Floor}");
    }

    /// <summary>N-grams know no violin, and how its sound is asked for may sound like a field: most such texts stay below, not all.</summary>
    [Fact]
    public void Score_QuestionsOfOtherFields_MostlyStayBelowTheFloor()
    {
        string[] texts =
        [
            "Explain how a violin makes its sound.", "How do glaciers carve a valley?", "Which paint dries fastest on wood?", "Why do cats purr at night?", "Name three rivers that flow north.",
            "How deep is the trench off that island?", "Recommend a novel about the sea.", "What do bees do in winter?", "How is glass blown into a vase?", "When did the comet last pass by?",
            "Warum ist der Himmel am Abend rot?", "Wo finde ich reife Kirschen?",
        ];
        int below = texts.Count(text => _gate.Score(text) is var scores && BestExpert(scores) < scores.Floor);

        output.WriteLine($"{below} of {texts.Length}");
        Assert.True(below >= texts.Length * 2 / 3, $"{below} of {texts.Length} stay below the floor");
    }

    public void Dispose() => _gate.Dispose();

    private static double BestExpert(GateScores scores) => scores.Ranked.Where(c => c.Name != scores.Generalist).Max(c => c.Probability);

    private void AtLeast(double least, string set, Func<EvaluationRow, bool> right)
    {
        var rows = DemoGates.Rows(set);
        EvaluationRow[] wrong = [.. rows.Where(r => !right(r))];
        double share = 1 - ((double)wrong.Length / rows.Count);
        output.WriteLine($"{set}: {share:0.000}");
        foreach (var row in wrong.Take(5))
        {
            output.WriteLine($"  {string.Join(' ', _gate.Score(row.Prompt).Ranked.Take(3))}: {row.Prompt}");
        }

        Assert.True(share >= least, $"{set}: {share}");
    }
}
