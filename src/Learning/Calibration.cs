using System.Numerics.Tensors;
using ExpertCluster.Gating.Scoring;

namespace ExpertCluster.Learning;

/// <summary>What held-out samples say about a trained gate of n-grams.</summary>
/// <param name="Temperature">Divides the scores.</param>
/// <param name="Floor">Least probability of the likeliest expert.</param>
/// <param name="Accuracy">Share of single prompts whose class came first; of classes alone that held something out.</param>
/// <param name="Samples">That it was measured on.</param>
/// <param name="Refused">Share of the generalists' prompts that the generalist answers.</param>
/// <param name="Lost">Share of the experts' single prompts that it answers as well.</param>
internal readonly record struct Calibration(double Temperature, double Floor, double Accuracy, int Samples, double Refused, double Lost)
{
    /// <summary>Beyond these a temperature says more about too few samples than about the gate.</summary>
    private const double Coldest = 0.5;
    private const double Hottest = 5;

    private const int Few = 256;

    /// <summary>Share of held-out expert prompts that may fall below the floor.</summary>
    private const double LostBelow = 0.01;

    /// <param name="scores">Of each sample, one for each class; changed here.</param>
    /// <param name="held">The class of each, or both.</param>
    /// <param name="classes">What the gate tells apart.</param>
    public static Calibration Choose(float[][] scores, IReadOnlyList<(int First, int Second)> held, IReadOnlyList<GateClass> classes)
    {
        double temperature = GoldenSection.Minimum(Coldest, Hottest, t => Loss(scores, held, t));
        List<double> best = [];
        List<ScoredSample> singles = [];
        int right = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            SoftmaxRegression.Softmax(scores[i], temperature);
            if (held[i].First == held[i].Second && !classes[held[i].First].IsLearnedToo)
            {
                singles.Add(new ScoredSample(held[i].First, scores[i]));
                if (Largest(scores[i]) == held[i].First)
                {
                    right++;
                }
            }

            if (!classes[held[i].First].IsGeneralist)
            {
                best.Add(scores[i].Where((_, c) => !classes[c].IsGeneralist).Max());
            }
        }

        best.Sort();
        double seen = best.Count == 0 ? 0 : 0.9 * best[(int)(LostBelow * best.Count)];
        double floor = Math.Clamp(seen, Math.Min(0.5, 1.1 / classes.Count), 0.5);
        ScoredSample[] outside = [.. singles.Where(s => classes[s.Of].IsGeneralist)];
        ScoredSample[] inField = [.. singles.Where(s => !classes[s.Of].IsGeneralist)];
        return new Calibration(temperature, floor, (double)right / Math.Max(1, singles.Count), singles.Count, Answered(outside), Answered(inField));

        // By the generalist. The scores are probabilities by now.
        double Answered(ScoredSample[] of) => (double)of.Count(s =>
        {
            int first = Largest(s.Logits);
            return classes[first].IsGeneralist || s.Logits[first] < floor;
        }) / Math.Max(1, of.Length);
    }

    private static double Loss(float[][] scores, IReadOnlyList<(int First, int Second)> held, double temperature)
    {
        double loss = 0;
        float[] p = new float[scores.Length == 0 ? 0 : scores[0].Length];
        for (int i = 0; i < scores.Length; i++)
        {
            Softmax(scores[i], temperature, p);
            loss -= (Math.Log(p[held[i].First] + 1e-12) + Math.Log(p[held[i].Second] + 1e-12)) / 2;
        }

        return loss;
    }

    /// <summary>Of many classes at single precision, some ten times as fast: the search asks for it some fifty thousand times.</summary>
    private static void Softmax(float[] scores, double temperature, float[] p)
    {
        if (scores.Length <= Few)
        {
            scores.CopyTo(p, 0);
            SoftmaxRegression.Softmax(p, temperature);
            return;
        }

        TensorPrimitives.Divide(scores, (float)temperature, p);
        Probabilities.Of(p);
    }

    private static int Largest(float[] values) => Array.IndexOf(values, values.Max());
}
