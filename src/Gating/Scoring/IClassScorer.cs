namespace ExpertCluster.Gating.Scoring;

/// <summary>
/// What a kind of request gate is: scores of a text's classes. A new kind is one class beside the others and one line in
/// <see cref="ScorerKinds"/>. Thread-safe, Dispose included.
/// </summary>
internal interface IClassScorer : IDisposable
{
    /// <param name="text">Of any length; a kind may read a part of it.</param>
    /// <param name="logits">One for each class, in the order of the metadata: logarithms of calibrated probabilities, up to a constant.</param>
    /// <exception cref="GateRunException">The gate failed at this text.</exception>
    void Score(ReadOnlySpan<char> text, Span<float> logits);
}
