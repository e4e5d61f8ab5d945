namespace ExpertCluster.Learning;

/// <summary>What held-out samples say about a trained gate.</summary>
internal readonly record struct Calibration(double Temperature, double Floor, double Accuracy)
{
    /// <summary>Beyond these a temperature says more about too few samples than about the gate.</summary>
    private const double Coldest = 0.5;
    private const double Hottest = 5;

    /// <summary>Share of held-out expert prompts that may fall below the floor.</summary>
    private const double Lost = 0.01;

    public static Calibration Choose(SoftmaxRegression model, IReadOnlyList<TrainingSample> held, IReadOnlyList<GateClass> classes)
    {
        float[][] scores = [.. held.Select(model.Scores)];
        double temperature = Minimum(t => Loss(scores, held, t));
        List<double> best = [];
        int right = 0;
        int singles = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            SoftmaxRegression.Softmax(scores[i], temperature);
            if (!held[i].IsCompound)
            {
                singles++;
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
        double seen = best.Count == 0 ? 0 : 0.9 * best[(int)(Lost * best.Count)];
        double floor = Math.Clamp(seen, Math.Min(0.5, 1.1 / classes.Count), 0.5);
        return new Calibration(temperature, floor, singles == 0 ? 0 : (double)right / singles);
    }

    private static double Loss(float[][] scores, IReadOnlyList<TrainingSample> held, double temperature)
    {
        double loss = 0;
        float[] p = new float[scores.Length == 0 ? 0 : scores[0].Length];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i].CopyTo(p, 0);
            SoftmaxRegression.Softmax(p, temperature);
            loss -= (Math.Log(p[held[i].First] + 1e-12) + Math.Log(p[held[i].Second] + 1e-12)) / 2;
        }

        return loss;
    }

    /// <summary>Golden-section search over the logarithm; the loss is convex in 1 / temperature.</summary>
    private static double Minimum(Func<double, double> loss)
    {
        const double ratio = 0.6180339887498949;
        (double low, double high) = (Math.Log(Coldest), Math.Log(Hottest));
        for (int i = 0; i < 24; i++)
        {
            double left = high - (ratio * (high - low));
            double right = low + (ratio * (high - low));
            if (loss(Math.Exp(left)) <= loss(Math.Exp(right)))
            {
                high = right;
            }
            else
            {
                low = left;
            }
        }

        return Math.Exp((low + high) / 2);
    }

    private static int Largest(float[] values) => Array.IndexOf(values, values.Max());
}
