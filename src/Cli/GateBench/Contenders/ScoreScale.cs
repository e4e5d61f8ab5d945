namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>What makes raw scores comparable with a gate's: they become probabilities by a softmax at a temperature, with a floor.</summary>
internal readonly record struct ScoreScale(double Temperature, double Floor)
{
    /// <summary>Share of held-out texts that may fall below the floor, as for the product's gates.</summary>
    private const double Lost = 0.01;

    private const double Coldest = 0.005;
    private const double Hottest = 5;
    private const int Steps = 60;

    /// <summary>For scores that nothing could be held out for: the temperature at which sentence models are taught, and everything is routed.</summary>
    public static ScoreScale Unknown { get; } = new(0.05, 0);

    /// <summary>The temperature at which held-out scores say the most about their classes, and the floor that the likeliest expert of nearly all of them reaches.</summary>
    /// <param name="held">Scores by class, and which class is right.</param>
    /// <param name="experts">Which classes are no generalist.</param>
    public static ScoreScale Of(IReadOnlyList<(double[] Scores, int Right)> held, bool[] experts)
    {
        double temperature = Enumerable.Range(0, Steps + 1)
            .Select(i => Coldest * Math.Pow(Hottest / Coldest, (double)i / Steps))
            .MinBy(t => held.Sum(h => -Math.Log(Softmax(h.Scores, t)[h.Right] + 1e-12)));
        double[] best = [.. held
            .Where(h => experts[h.Right])
            .Select(h => Softmax(h.Scores, temperature).Where((_, c) => experts[c]).Max())
            .Order()];
        return new ScoreScale(temperature, best.Length == 0 ? 0 : best[(int)(Lost * best.Length)]);
    }

    public static double[] Softmax(double[] scores, double temperature)
    {
        double largest = scores.Max();
        double[] shares = [.. scores.Select(s => Math.Exp((s - largest) / temperature))];
        double sum = shares.Sum();
        return [.. shares.Select(s => s / sum)];
    }
}
