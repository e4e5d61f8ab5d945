namespace ExpertCluster.Cli.GateBench.Measuring;

/// <summary>Makes figures of what was found text by text.</summary>
internal sealed class Figures(Bootstrap bootstrap)
{
    /// <summary>The share of texts for which something holds.</summary>
    public Figure Share(string name, bool[] holds, bool? isLessBetter = false) => Of(name, holds.Length, chosen =>
    {
        int count = 0;
        foreach (int i in chosen)
        {
            count += holds[i] ? 1 : 0;
        }

        return chosen.IsEmpty ? 0 : (double)count / chosen.Length;
    }, isLessBetter);

    public Figure Calibration(string name, double[] confidences, bool[] right) =>
        Of(name, right.Length, chosen => CalibrationError.Of(confidences, right, chosen), isLessBetter: true);

    public Figure Refused(string name, double[] known, double[] unknown)
    {
        var (low, high) = bootstrap.Interval(known.Length, unknown.Length, (one, two) => Refusal.Share(known, one, unknown, two));
        return new Figure(name, Refusal.Share(known, All(known.Length), unknown, All(unknown.Length)), (high - low) / 2, false);
    }

    private Figure Of(string name, int count, Bootstrap.Figure figure, bool? isLessBetter)
    {
        var (low, high) = bootstrap.Interval(count, figure);
        return new Figure(name, figure(All(count)), (high - low) / 2, isLessBetter);
    }

    private static int[] All(int count) => [.. Enumerable.Range(0, count)];
}
