using System.Numerics.Tensors;

namespace ExpertCluster.Learning;

/// <summary>
/// Multinomial logistic regression on dense rows with a quadratic pull towards weights that are known beforehand, found by L-BFGS (Nocedal 1980)
/// with halved steps (Armijo). Deterministic: sums are taken in a fixed order, whatever the number of processors.
/// </summary>
internal sealed class DenseRegression
{
    /// <summary>How strongly weights are held where they were: the best of 0.02 to 1 on held-out text, and alike from 0.02 to 0.3.</summary>
    private const double Pull = 0.1;

    /// <summary>Biases are held less: they say how frequent a class is.</summary>
    private const double BiasPull = 0.001;
    private const int Iterations = 60;
    private const int Memory = 8;
    private const int Halvings = 20;
    private const double Enough = 1e-6;

    /// <summary>Rows are summed in so many parts, each by one thread.</summary>
    private const int Parts = 16;

    private readonly float[][] _rows;
    private readonly int[] _classOf;
    private readonly int _classes;
    private readonly int _width;
    private readonly double[] _prior;

    private DenseRegression(float[][] rows, int[] classOf, int classes, double[] prior) =>
        (_rows, _classOf, _classes, _width, _prior) = (rows, classOf, classes, prior.Length / classes, prior);

    /// <param name="rows">Of one width.</param>
    /// <param name="classOf">Each row's class.</param>
    /// <param name="classes">How many there are.</param>
    /// <param name="prior">[classes, width + 1]: weights and, last, the bias.</param>
    /// <returns>In the shape of the prior.</returns>
    public static double[] Fit(float[][] rows, int[] classOf, int classes, double[] prior) =>
        rows.Length == 0 ? prior : new DenseRegression(rows, classOf, classes, prior).Minimise();

    private double[] Minimise()
    {
        double[] at = [.. _prior];
        double[] gradient = new double[at.Length];
        double loss = Loss(at, gradient);
        List<(double[] Step, double[] Change)> memory = [];
        double[] next = new double[at.Length];
        double[] nextGradient = new double[at.Length];
        for (int i = 0; i < Iterations; i++)
        {
            double[] direction = Direction(gradient, memory);
            double slope = -TensorPrimitives.Dot<double>(gradient, direction);
            double step = 1;
            double nextLoss = 0;
            int halved = 0;
            for (; halved < Halvings; halved++, step /= 2)
            {
                TensorPrimitives.MultiplyAdd(direction, -step, at, next);
                nextLoss = Loss(next, nextGradient);
                if (nextLoss <= loss + (1e-4 * step * slope))
                {
                    break;
                }
            }

            if (halved == Halvings)
            {
                break;
            }

            double[] moved = new double[at.Length];
            double[] changed = new double[at.Length];
            TensorPrimitives.Subtract(next, at, moved);
            TensorPrimitives.Subtract(nextGradient, gradient, changed);
            if (TensorPrimitives.Dot<double>(moved, changed) > 1e-12)
            {
                memory.Add((moved, changed));
                if (memory.Count > Memory)
                {
                    memory.RemoveAt(0);
                }
            }

            double gained = loss - nextLoss;
            (at, next) = (next, at);
            (gradient, nextGradient) = (nextGradient, gradient);
            loss = nextLoss;
            if (gained < Enough * Math.Max(1, Math.Abs(loss)))
            {
                break;
            }
        }

        return at;
    }

    private static double[] Direction(double[] gradient, List<(double[] Step, double[] Change)> memory)
    {
        double[] direction = [.. gradient];
        double[] alpha = new double[memory.Count];
        for (int i = memory.Count - 1; i >= 0; i--)
        {
            var (step, change) = memory[i];
            alpha[i] = TensorPrimitives.Dot<double>(step, direction) / TensorPrimitives.Dot<double>(step, change);
            TensorPrimitives.MultiplyAdd(change, -alpha[i], direction, direction);
        }

        double scale = memory.Count == 0
            ? 1 / Math.Max(1, TensorPrimitives.Norm<double>(gradient))
            : TensorPrimitives.Dot<double>(memory[^1].Step, memory[^1].Change) / TensorPrimitives.Dot<double>(memory[^1].Change, memory[^1].Change);
        TensorPrimitives.Multiply(direction, scale, direction);
        for (int i = 0; i < memory.Count; i++)
        {
            var (step, change) = memory[i];
            double beta = TensorPrimitives.Dot<double>(change, direction) / TensorPrimitives.Dot<double>(step, change);
            TensorPrimitives.MultiplyAdd(step, alpha[i] - beta, direction, direction);
        }

        return direction;
    }

    private double Loss(double[] weights, double[] gradient)
    {
        float[] narrow = new float[weights.Length];
        TensorPrimitives.ConvertTruncating<double, float>(weights, narrow);
        double[] losses = new double[Parts];
        float[][] gradients = new float[Parts][];
        Parallel.For(0, Parts, part =>
        {
            gradients[part] = new float[weights.Length];
            losses[part] = Loss(narrow, gradients[part], (int)((long)_rows.Length * part / Parts), (int)((long)_rows.Length * (part + 1) / Parts));
        });
        double loss = losses.Sum();
        for (int i = 0; i < weights.Length; i++)
        {
            double pull = i % _width == _width - 1 ? BiasPull : Pull;
            double moved = weights[i] - _prior[i];
            loss += pull / 2 * moved * moved;
            double sum = pull * moved;
            foreach (float[] part in gradients)
            {
                sum += part[i];
            }

            gradient[i] = sum;
        }

        return loss;
    }

    private double Loss(float[] weights, float[] gradient, int from, int to)
    {
        int inputs = _width - 1;
        float[] p = new float[_classes];
        double loss = 0;
        for (int row = from; row < to; row++)
        {
            float[] x = _rows[row];
            for (int c = 0; c < _classes; c++)
            {
                p[c] = TensorPrimitives.Dot<float>(x, weights.AsSpan(c * _width, inputs)) + weights[(c * _width) + inputs];
            }

            SoftmaxRegression.Softmax(p, 1);
            loss -= Math.Log(Math.Max(p[_classOf[row]], 1e-30));
            p[_classOf[row]] -= 1;
            for (int c = 0; c < _classes; c++)
            {
                if (Math.Abs(p[c]) > 1e-7f)
                {
                    var target = gradient.AsSpan(c * _width, inputs);
                    TensorPrimitives.MultiplyAdd(x, p[c], target, target);
                    gradient[(c * _width) + inputs] += p[c];
                }
            }
        }

        return loss;
    }
}
