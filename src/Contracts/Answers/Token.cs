using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Contracts.Answers;

/// <summary>A token of an answer.</summary>
/// <param name="Id">In the base's vocabulary; -1: a remote model's, which is not known here.</param>
/// <param name="Text">What it adds to the text.</param>
/// <param name="LogProbability">Natural logarithm of its probability under the merged distribution; NaN: a remote model did not tell.</param>
/// <param name="Experts">Who gave it, with what weight.</param>
public readonly record struct Token(int Id, string Text, float LogProbability, IReadOnlyList<WeightedExpert> Experts)
{
    /// <summary>Null where log-probabilities are not asked for.</summary>
    public TokenDetail? Detail { get; init; }
}
