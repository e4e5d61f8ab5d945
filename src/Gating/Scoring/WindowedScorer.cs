using System.Buffers;
using System.Numerics.Tensors;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Features;

namespace ExpertCluster.Gating.Scoring;

/// <summary>
/// Scores a text of several sentences sentence by sentence, and lets the loudest decide: each counts by the power of how sure it is of an
/// expert. So a question is found behind any amount of small talk, and of two questions both count. A text of one sentence is scored as it is.
/// </summary>
internal sealed class WindowedScorer(IClassScorer inner, GateMetadata gate) : IClassScorer
{
    /// <summary>How much more a sentence counts that is surer: with 1 small talk drowns a question, with 6 the surer of two questions the other.</summary>
    private const int Loudness = 3;

    /// <summary>Where no sentence is sure of anything, all count alike.</summary>
    private const float Quiet = 1e-6f;

    private readonly bool[] _isGeneralist = [.. Enumerable.Range(0, gate.Classes.Count).Select(gate.IsGeneralist)];

    public void Score(ReadOnlySpan<char> text, Span<float> logits)
    {
        Span<Range> windows = stackalloc Range[TextSentences.Most];
        int count = TextSentences.Split(text, windows);
        if (count == 1)
        {
            inner.Score(text[windows[0]], logits);
            return;
        }

        float[] rented = ArrayPool<float>.Shared.Rent(2 * logits.Length);
        try
        {
            Mix(text, windows[..count], logits, rented.AsSpan(0, logits.Length), rented.AsSpan(logits.Length, logits.Length));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    public void Dispose() => inner.Dispose();

    private void Mix(ReadOnlySpan<char> text, ReadOnlySpan<Range> windows, Span<float> logits, Span<float> scores, Span<float> probabilities)
    {
        logits.Clear();
        float total = 0;
        foreach (var window in windows)
        {
            inner.Score(text[window], scores);
            scores.CopyTo(probabilities);
            float share = gate.Field is { } field ? FieldSense.Of(scores, _isGeneralist, field) : 1;
            if (!Probabilities.Of(probabilities))
            {
                throw new GateRunException("the gate gave a score that is no number");
            }

            // A mixture of probabilities, not of scores: of two fields in one text the second does not argue against the first.
            float weight = Quiet + MathF.Pow(share * Surest(probabilities), Loudness);
            total += weight;
            TensorPrimitives.MultiplyAdd(probabilities, weight, logits, logits);
        }

        for (int c = 0; c < logits.Length; c++)
        {
            logits[c] = Probabilities.Log(logits[c] / total);
        }
    }

    private float Surest(ReadOnlySpan<float> probabilities)
    {
        float surest = 0;
        for (int c = 0; c < probabilities.Length; c++)
        {
            surest = _isGeneralist[c] ? surest : Math.Max(surest, probabilities[c]);
        }

        return surest;
    }
}
