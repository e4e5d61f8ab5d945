using System.Numerics.Tensors;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>Softmax regression on the vectors of a sentence model: whole-batch gradient steps, with L2 decay, every class weighing the same.</summary>
internal sealed class EmbeddingSoftmaxContender(EncodedTexts encoded) : IGateContender
{
    private const int Steps = 300;

    /// <summary>Against the curvature of vectors of length 1, which is at most a half.</summary>
    private const float Rate = 20;

    private const float Momentum = 0.9f;
    private const float Decay = 2e-4f;

    public string Name => $"{encoded.Name}-softmax";

    public IRequestGate? Teach(Lesson lesson) => ScoredGate.Teach(lesson, Fit);

    private Func<string, double[]> Fit(IReadOnlyList<IReadOnlyList<string>> texts)
    {
        (float[] Vector, int Class, float Weight)[] rows = [.. texts.SelectMany((t, c) => t.Select(x => (encoded.Of(x), c, 1f / t.Count / texts.Count)))];
        int width = rows[0].Vector.Length;
        float[][] weights = Zeros(texts.Count, width);
        float[][] speeds = Zeros(texts.Count, width);
        for (int step = 0; step < Steps; step++)
        {
            float[][] gradients = Zeros(texts.Count, width);
            foreach (var (vector, right, weight) in rows)
            {
                double[] shares = ScoreScale.Softmax(Scores(weights, vector), 1);
                for (int c = 0; c < weights.Length; c++)
                {
                    TensorPrimitives.MultiplyAdd(vector, weight * (float)(shares[c] - (c == right ? 1 : 0)), gradients[c], gradients[c]);
                }
            }

            for (int c = 0; c < weights.Length; c++)
            {
                TensorPrimitives.MultiplyAdd(weights[c], Decay, gradients[c], gradients[c]);
                TensorPrimitives.Multiply(speeds[c], Momentum, speeds[c]);
                TensorPrimitives.MultiplyAdd(gradients[c], -Rate * (1 - Momentum), speeds[c], speeds[c]);
                TensorPrimitives.Add<float>(weights[c], speeds[c], weights[c]);
            }
        }

        return text => Scores(weights, encoded.Of(text));
    }

    private static double[] Scores(float[][] weights, float[] vector)
    {
        double[] scores = new double[weights.Length];
        for (int c = 0; c < scores.Length; c++)
        {
            scores[c] = TensorPrimitives.Dot<float>(weights[c], vector);
        }

        return scores;
    }

    private static float[][] Zeros(int rows, int width) => [.. Enumerable.Range(0, rows).Select(_ => new float[width])];
}
