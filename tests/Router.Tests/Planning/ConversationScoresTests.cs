using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Planning;

namespace ExpertCluster.Router.Tests.Planning;

public sealed class ConversationScoresTests
{
    private readonly ScriptedGate _gate = new();

    [Fact]
    public void Of_LastTurnSaysItAll_NobodyAsksForEarlierOnes()
    {
        var scores = Of("what court decides?", "what is the dose?");
        Assert.Equal("law", scores.Ranked[0].Name);
        Assert.Equal(["what court decides?"], _gate.Asked);
    }

    /// <summary>"And the second one?" is about what was spoken of before, however often it is said.</summary>
    [Theory]
    [InlineData("and the second?", "what is the dose?")]
    [InlineData("and the second?", "and the second?", "what is the dose?")]
    [InlineData("and the second?", "what is the dose?", "what court decides?")]
    public void Of_FollowUp_StaysWithItsExpert(params string[] turns)
    {
        var scores = Of(turns);
        Assert.Equal("medicine", scores.Ranked[0].Name);
        Assert.InRange(scores.Ranked[0].Probability, 0.8, 1);
        Assert.Equal(1, scores.Ranked.Sum(c => c.Probability), 1e-9);
    }

    [Fact]
    public void Of_FollowUpOfNothing_IsTheGeneralists() => Assert.Equal("general", Of("and the second?").Ranked[0].Name);

    [Fact]
    public void Of_HalfAFollowUp_WeighsBoth()
    {
        var ranked = Of("its contract?", "what is the dose?").Ranked;
        Assert.Equal(["law", "medicine"], ranked.Take(2).Select(c => c.Name).Order());
        Assert.All(ranked.Take(2), c => Assert.InRange(c.Probability, 0.4, 0.5));
    }

    /// <summary>Gates of thousands rank a few: those of an earlier turn need not be among those of the last.</summary>
    [Fact]
    public void Of_EarlierTurnRanksOthers_KnowsThemAndWhatNobodyRanked()
    {
        var scores = ConversationScores.Of(
            turn => turn == "and?" ? Ranked(0.9, 0.5, "law") : Ranked(0, 0.2, "medicine"), ["and?", "what is the dose?"]);
        Assert.Equal(["medicine", "general", "law"], scores.Ranked.Select(c => c.Name));
        Assert.Equal((0.1 * 0.5) + (0.9 * 0.2), scores.Rest, 1e-9);
        Assert.Equal(1, scores.Ranked.Sum(c => c.Probability) + scores.Rest, 1e-9);

        static GateScores Ranked(double followUp, double rest, string expert) => new()
        {
            Ranked = [new(expert, 0.9 * (1 - rest)), new("general", 0.1 * (1 - rest))], Generalist = "general", Floor = 0.3, FollowUp = followUp, Rest = rest,
        };
    }

    [Fact]
    public void Turns_OfARequest_AreTheUsersNewestFirstAndBounded()
    {
        var messages = Enumerable.Range(0, 30).SelectMany(i => new ChatMessage[] { new("user", $"{i}"), new("assistant", "yes") });
        Assert.Equal(["29", "28", "27", "26", "25", "24", "23", "22"], GateText.Turns(new CompletionRequest { Messages = [new("system", "s"), .. messages] }));
        Assert.Equal(["s"], GateText.Turns(new CompletionRequest { Messages = [new("system", "s")] }));
        Assert.Equal(["p"], GateText.Turns(new CompletionRequest { Prompt = "p" }));
    }

    private GateScores Of(params string[] turns) => ConversationScores.Of(_gate.Score, turns);

    private sealed class ScriptedGate : IRequestGate
    {
        public List<string> Asked { get; } = [];

        public GateScores Score(string text)
        {
            Asked.Add(text);
            return text switch
            {
                "what court decides?" => Scores(0.01, ("law", 0.95), ("medicine", 0.02), ("general", 0.03)),
                "what is the dose?" => Scores(0, ("medicine", 0.96), ("law", 0.01), ("general", 0.03)),
                "its contract?" => Scores(0.5, ("law", 0.9), ("general", 0.1), ("medicine", 0)),
                _ => Scores(0.95, ("law", 0.4), ("medicine", 0.3), ("general", 0.3)),
            };
        }

        private static GateScores Scores(double followUp, params (string Name, double Probability)[] ranked) =>
            new() { Ranked = [.. ranked.Select(r => new ScoredClass(r.Name, r.Probability))], Generalist = "general", Floor = 0.3, FollowUp = followUp };
    }
}
