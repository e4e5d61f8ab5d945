namespace ExpertCluster.Contracts.Routing;

/// <summary>Scores a whole request against the experts, once. Thread-safe.</summary>
public interface IRequestGate
{
    /// <param name="text">What is asked; of any length.</param>
    GateScores Score(string text);
}
