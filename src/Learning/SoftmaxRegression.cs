using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Learning;

/// <summary>
/// Multinomial logistic regression on sparse rows, one sample at a time with AdaGrad steps (Duchi et al., 2011).
/// Deterministic: one thread, a fixed order for a fixed seed.
/// </summary>
internal sealed class SoftmaxRegression
{
    /// <summary>A small set is shown again until this many samples were seen.</summary>
    private const int LeastUpdates = 40_000;
    private const int MostEpochs = 50;

    private readonly int _classes;
    private readonly float[] _inverseFrequency;
    private readonly float[] _weights;
    private readonly float[] _bias;

    public SoftmaxRegression(int buckets, int classes, float[] inverseFrequency)
    {
        _classes = classes;
        _inverseFrequency = inverseFrequency;
        _weights = new float[buckets * classes];
        _bias = new float[classes];
    }

    public float[] Weights => _weights;

    public float[] Bias => _bias;

    public void Fit(IReadOnlyList<TrainingSample> samples, GateTrainingOptions options)
    {
        float[] squares = new float[_weights.Length];
        float[] biasSquares = new float[_classes];
        float[] error = new float[_classes];
        float[] values = [];
        int[] order = [.. Enumerable.Range(0, samples.Count)];
        DeterministicRandom random = new(options.Seed);
        float rate = (float)options.Rate;
        float decay = (float)options.Decay;
        int epochs = Math.Max(options.Epochs, Math.Min(MostEpochs, LeastUpdates / Math.Max(1, samples.Count)));
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(order.AsSpan());
            foreach (int index in order)
            {
                var sample = samples[index];
                if (values.Length < sample.Buckets.Length)
                {
                    values = new float[sample.Buckets.Length * 2];
                }

                var unit = values.AsSpan(0, sample.Buckets.Length);
                Unit(sample, unit);
                Scores(sample.Buckets, unit, error);
                Softmax(error, 1);
                error[sample.First] -= 0.5f;
                error[sample.Second] -= 0.5f;
                Step(_bias, biasSquares, error, 1, rate, 0);
                for (int i = 0; i < sample.Buckets.Length; i++)
                {
                    int row = sample.Buckets[i] * _classes;
                    Step(_weights.AsSpan(row, _classes), squares.AsSpan(row, _classes), error, unit[i], rate, decay);
                }
            }
        }
    }

    /// <summary>Scores before the softmax, as the graph of <see cref="GateGraph"/> computes them.</summary>
    public float[] Scores(TrainingSample sample)
    {
        float[] unit = new float[sample.Buckets.Length];
        float[] scores = new float[_classes];
        Unit(sample, unit);
        Scores(sample.Buckets, unit, scores);
        return scores;
    }

    /// <summary>Turns scores into probabilities at a temperature, in place.</summary>
    public static void Softmax(Span<float> scores, double temperature)
    {
        float largest = float.NegativeInfinity;
        foreach (float score in scores)
        {
            largest = Math.Max(largest, score);
        }

        double sum = 0;
        foreach (ref float score in scores)
        {
            score = (float)Math.Exp((score - largest) / temperature);
            sum += score;
        }

        foreach (ref float score in scores)
        {
            score = (float)(score / sum);
        }
    }

    private void Unit(TrainingSample sample, Span<float> unit)
    {
        float squared = 0;
        for (int i = 0; i < unit.Length; i++)
        {
            unit[i] = sample.Frequencies[i] * _inverseFrequency[sample.Buckets[i]];
            squared += unit[i] * unit[i];
        }

        float length = MathF.Sqrt(squared + GateGraph.Epsilon);
        foreach (ref float value in unit)
        {
            value /= length;
        }
    }

    private void Scores(int[] buckets, ReadOnlySpan<float> unit, Span<float> scores)
    {
        _bias.CopyTo(scores);
        for (int i = 0; i < buckets.Length; i++)
        {
            ReadOnlySpan<float> row = _weights.AsSpan(buckets[i] * _classes, _classes);
            for (int c = 0; c < row.Length; c++)
            {
                scores[c] += unit[i] * row[c];
            }
        }
    }

    private static void Step(Span<float> weights, Span<float> squares, ReadOnlySpan<float> error, float value, float rate, float decay)
    {
        for (int c = 0; c < weights.Length; c++)
        {
            float gradient = (error[c] * value) + (decay * weights[c]);
            squares[c] += gradient * gradient;
            weights[c] -= rate * gradient / (MathF.Sqrt(squares[c]) + 1e-6f);
        }
    }
}
