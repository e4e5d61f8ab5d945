using System.Numerics.Tensors;
using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Gating.Scoring;

/// <summary>
/// N-grams, which cost microseconds, answer alone where they are sure of an expert; else embeddings, which cost milliseconds, are asked too and
/// both scores are added by the weights that held-out text gave them.
/// </summary>
internal sealed class StackedScorer : IClassScorer
{
    private readonly WindowedScorer _ngrams;
    private readonly WindowedScorer _both;
    private readonly GateMetadata _gate;

    private StackedScorer(IClassScorer ngrams, IClassScorer embeddings, GateMetadata gate)
    {
        (_ngrams, _gate) = (new WindowedScorer(ngrams, gate), gate);
        _both = new WindowedScorer(new Sum(ngrams, embeddings, gate.Stack!), gate);
    }

    /// <inheritdoc cref="EmbeddingScorer.Open"/>
    public static IClassScorer Open(string folder, GateMetadata gate)
    {
        var ngrams = NgramScorer.Open(folder, gate);
        try
        {
            return new StackedScorer(ngrams, EmbeddingScorer.Open(folder, gate), gate);
        }
        catch
        {
            ngrams.Dispose();
            throw;
        }
    }

    public void Score(ReadOnlySpan<char> text, Span<float> logits)
    {
        _ngrams.Score(text, logits);
        if (!IsSure(logits))
        {
            _both.Score(text, logits);
        }
    }

    // The sum holds both.
    public void Dispose() => _both.Dispose();

    private bool IsSure(ReadOnlySpan<float> logits)
    {
        float[] probabilities = logits.ToArray();
        if (!Probabilities.Of(probabilities))
        {
            throw new GateRunException("the n-gram gate gave a score that is no number");
        }

        int first = TensorPrimitives.IndexOfMax<float>(probabilities);
        return probabilities[first] >= _gate.Stack!.Sure && !_gate.IsGeneralist(first);
    }

    private sealed class Sum(IClassScorer ngrams, IClassScorer embeddings, StackMetadata stack) : IClassScorer
    {
        public void Score(ReadOnlySpan<char> text, Span<float> logits)
        {
            float[] more = new float[logits.Length];
            ngrams.Score(text, logits);
            embeddings.Score(text, more);
            for (int c = 0; c < logits.Length; c++)
            {
                logits[c] = ((float)stack.Ngrams * logits[c]) + ((float)stack.Embeddings * more[c]);
            }
        }

        public void Dispose()
        {
            ngrams.Dispose();
            embeddings.Dispose();
        }
    }
}
