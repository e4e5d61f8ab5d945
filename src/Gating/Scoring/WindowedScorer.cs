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
    /// <summary>How much more a sentence counts that is surer. Of 1 to 8 the best on held-out text (docs/routing.md).</summary>
    private const int Loudness = 6;

    /// <summary>Where no sentence is sure of anything, all count alike.</summary>
    private const float Quiet = 1e-6f;

    private readonly int[] _experts = [.. Enumerable.Range(0, gate.Classes.Count).Where(c => !gate.IsGeneralist(c))];

    public void Score(ReadOnlySpan<char> text, Span<float> logits)
    {
        Span<Range> windows = stackalloc Range[TextSentences.Most];
        int count = TextSentences.Split(text, windows);
        if (count == 1)
        {
            inner.Score(text[windows[0]], logits);
            return;
        }

        logits.Clear();
        float total = 0;
        float[] scores = new float[logits.Length];
        float[] probabilities = new float[logits.Length];
        foreach (var window in windows[..count])
        {
            inner.Score(text[window], scores);
            scores.CopyTo(probabilities, 0);
            if (!Probabilities.Of(probabilities))
            {
                throw new GateRunException("the gate gave a score that is no number");
            }

            float weight = Quiet + MathF.Pow(Surest(probabilities), Loudness);
            total += weight;
            for (int c = 0; c < logits.Length; c++)
            {
                // As logarithms of probabilities: sentences are on one scale whatever constant each has.
                logits[c] += weight * MathF.Log(Math.Max(probabilities[c], 1e-12f));
            }
        }

        TensorPrimitives.Divide(logits, total, logits);
    }

    public void Dispose() => inner.Dispose();

    private float Surest(float[] probabilities)
    {
        float surest = 0;
        foreach (int expert in _experts)
        {
            surest = Math.Max(surest, probabilities[expert]);
        }

        return surest;
    }
}
