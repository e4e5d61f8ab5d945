using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>A gate that likes law best, and remembers what it was asked.</summary>
internal sealed class FakeGate : IGateKind, IRequestGate
{
    private int _opened;

    public string Name => "fake";

    public List<string> Asked { get; } = [];

    /// <summary>As a gate of thousands: the likeliest and the generalist.</summary>
    public bool RanksFew { get; set; }

    /// <summary>Where catalogues have one: it is opened behind the other.</summary>
    public FakeGate? Candidate { get; set; }

    /// <summary>Whom it likes best.</summary>
    public string Likes { get; set; } = "law";

    /// <summary>A text that only goes on with what was said before.</summary>
    public string? FollowUp { get; set; }

    /// <summary>What whoever asks gets instead of an answer.</summary>
    public Exception? Failure { get; set; }

    public IRequestGate? Open(GateInputs inputs) => Candidate is { } candidate && _opened++ % 2 == 1 ? candidate : this;

    public GateScores Score(string text) => RanksFew ? Scores(text, 0.2, new("law", 0.7), new("general", 0.1)) : ScoreAll(text);

    public GateScores ScoreAll(string text) =>
        Scores(text, 0, new(Likes, 0.7), new(Likes == "law" ? "tax" : "law", 0.2), new("general", 0.1));

    private GateScores Scores(string text, double rest, params ScoredClass[] ranked)
    {
        if (Failure is { } failure)
        {
            throw failure;
        }

        Asked.Add(text);
        return new GateScores { Ranked = ranked, Rest = rest, Generalist = "general", Floor = 0.1, FollowUp = text == FollowUp ? 0.9 : 0 };
    }
}
