using System.Numerics.Tensors;
using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Gating.Scoring;

/// <summary>
/// How likely a text is of any field. Of text that no expert knows one of them is still the nearest, and by calibrated probabilities often surely so; by
/// softer ones (temperature scaling as ODIN has it, Liang et al. 2018) the difference shows. What is of no field goes to the generalist.
/// </summary>
internal static class FieldSense
{
    private const float Half = 0.5f;
    private const float Nearly = 0.98f;

    /// <param name="logits">One for each class.</param>
    /// <param name="isGeneralist">Which of them are.</param>
    /// <param name="field">What was learned.</param>
    /// <returns>0 to 1; NaN where a logit is none.</returns>
    public static float Of(ReadOnlySpan<float> logits, ReadOnlySpan<bool> isGeneralist, FieldMetadata field)
    {
        double u = Sureness(logits, isGeneralist, field.Softness);
        return (float)(1 / (1 + Math.Exp(-(u - field.Middle) / field.Spread)));
    }

    /// <summary>The logarithm of the likeliest expert's softer probability.</summary>
    public static double Sureness(ReadOnlySpan<float> logits, ReadOnlySpan<bool> isGeneralist, double softness)
    {
        float largest = TensorPrimitives.Max(logits);
        double sum = 0;
        double best = double.NegativeInfinity;
        for (int c = 0; c < logits.Length; c++)
        {
            double soft = (logits[c] - largest) / softness;
            sum += Math.Exp(soft);
            if (!isGeneralist[c])
            {
                best = Math.Max(best, soft);
            }
        }

        return best - Math.Log(sum);
    }

    /// <summary>
    /// Takes from the experts what is of no field, and gives it to a generalist. Text that is rather of a field keeps its expert in front, however the fields
    /// share it: it may fall below the floor, but is not the generalist's.
    /// </summary>
    public static void Apply(Span<float> probabilities, ReadOnlySpan<bool> isGeneralist, int generalist, float share)
    {
        if (share >= Half)
        {
            float best = 0;
            for (int c = 0; c < probabilities.Length; c++)
            {
                best = isGeneralist[c] ? best : Math.Max(best, probabilities[c]);
            }

            // Where both would be equal, and a little before.
            float own = probabilities[generalist];
            share = Math.Max(share, 1 - (Nearly * Math.Max(0, best - own) / (best + 1 - own)));
        }

        for (int c = 0; c < probabilities.Length; c++)
        {
            if (!isGeneralist[c])
            {
                float rest = probabilities[c] * (1 - share);
                probabilities[c] -= rest;
                probabilities[generalist] += rest;
            }
        }
    }
}
