namespace ExpertCluster.Contracts.Routing;

/// <summary>Scores a whole request against the experts, once. Thread-safe.</summary>
public interface IRequestGate
{
    /// <param name="text">What is asked; of any length.</param>
    GateScores Score(string text);

    /// <summary>The same with every class ranked: asked where none of the likeliest may answer. A gate that always ranks all needs none of its own.</summary>
    /// <param name="text">What is asked; of any length.</param>
    GateScores ScoreAll(string text) => Score(text);
}
