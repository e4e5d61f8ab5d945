using ExpertCluster.Inference.Adapters;

namespace ExpertCluster.Inference.Generation;

/// <summary>
/// Chooses the adapters of single rows. Rows whose gates share a <see cref="Scorer"/> are scored in one batch.
/// The choice is a function of the window, and where <see cref="IsSticky"/> of the choices before it, so a resumed sequence chooses alike.
/// </summary>
public interface IRowGate
{
    /// <summary>Scores windows of tokens; shared by every request of a base.</summary>
    IRowScorer Scorer { get; }

    /// <summary>
    /// Every adapter that <see cref="Choose"/> can return. The engine keeps them in the runtime until the sequence ends;
    /// choosing another one fails the sequence.
    /// </summary>
    IReadOnlyList<EngineAdapter> Adapters { get; }

    /// <summary>
    /// Equal for two gates of an engine only if they choose the same adapters for the same windows; names adapters by
    /// content. Null: their prompts are never shared.
    /// </summary>
    string? Identity => null;

    /// <summary>
    /// From one row's scores ([classes]) to at most chosen.Length weighted adapters; returns how many.
    /// 0 means the base alone. The engine normalises the weights to a sum of 1; a null adapter's share is the base's.
    /// </summary>
    int Choose(ReadOnlySpan<float> scores, Span<WeightedAdapter> chosen);

    /// <summary>Whether what is chosen for a row depends on what the row before it carries: then the other <c>Choose</c> is asked.</summary>
    bool IsSticky => false;

    /// <param name="scores">Of the row.</param>
    /// <param name="before">What the row before it carries, normalised; null: it is the sequence's first.</param>
    /// <param name="chosen">Filled.</param>
    /// <inheritdoc cref="Choose(ReadOnlySpan{float}, Span{WeightedAdapter})"/>
    int Choose(ReadOnlySpan<float> scores, IReadOnlyList<WeightedAdapter>? before, Span<WeightedAdapter> chosen) => Choose(scores, chosen);
}

/// <summary>A batch scorer of token windows.</summary>
public interface IRowScorer
{
    /// <summary>Tokens a window holds.</summary>
    int Window { get; }

    int Classes { get; }

    /// <summary>
    /// windows: [count, Window] token ids, the newest last, left-padded with -1; the newest is the row's own input token.
    /// scores: [count, Classes], filled with probabilities.
    /// </summary>
    void Score(ReadOnlySpan<int> windows, int count, Span<float> scores);
}
