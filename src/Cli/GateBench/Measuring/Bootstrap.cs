namespace ExpertCluster.Cli.GateBench.Measuring;

/// <summary>95 % percentile intervals (Efron, 1979), the same for the same figures: every contender is measured on the same resamples.</summary>
internal sealed class Bootstrap(int resamples = 1_000, int seed = 20)
{
    public delegate double Figure(ReadOnlySpan<int> chosen);

    public delegate double PairFigure(ReadOnlySpan<int> first, ReadOnlySpan<int> second);

    /// <param name="count">Of the texts.</param>
    /// <param name="figure">Of texts, drawn with replacement.</param>
    public (double Low, double High) Interval(int count, Figure figure) => Interval(count, 0, (first, _) => figure(first));

    /// <summary>Of a figure of two sets, each drawn anew.</summary>
    public (double Low, double High) Interval(int first, int second, PairFigure figure)
    {
        Random random = new(seed);
        int[] ones = new int[first];
        int[] twos = new int[second];
        double[] figures = new double[resamples];
        for (int i = 0; i < resamples; i++)
        {
            Draw(random, ones);
            Draw(random, twos);
            figures[i] = figure(ones, twos);
        }

        Array.Sort(figures);
        return (figures[(int)(0.025 * resamples)], figures[Math.Min(resamples - 1, (int)(0.975 * resamples))]);
    }

    private static void Draw(Random random, int[] into)
    {
        for (int i = 0; i < into.Length; i++)
        {
            into[i] = random.Next(into.Length);
        }
    }
}
