using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>A gate that likes law best, and remembers what it was asked.</summary>
internal sealed class FakeGate : IGateKind, IRequestGate
{
    public string Name => "fake";

    public List<string> Asked { get; } = [];

    /// <summary>As a gate of thousands: the likeliest and the generalist.</summary>
    public bool RanksFew { get; set; }

    public IRequestGate? Open(GateInputs inputs) => this;

    public GateScores Score(string text) => RanksFew ? Scores(text, 0.2, new("law", 0.7), new("general", 0.1)) : ScoreAll(text);

    public GateScores ScoreAll(string text) => Scores(text, 0, new("law", 0.7), new("tax", 0.2), new("general", 0.1));

    private GateScores Scores(string text, double rest, params ScoredClass[] ranked)
    {
        Asked.Add(text);
        return new GateScores { Ranked = ranked, Rest = rest, Generalist = "general", Floor = 0.1 };
    }
}
