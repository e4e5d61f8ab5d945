using System.Globalization;

namespace ExpertCluster.Bench;

/// <summary>The middle and the ends of some figures.</summary>
internal readonly record struct Spread(double Least, double Median, double Most)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[^1]);
    }

    /// <summary>A ratio, as tables write it.</summary>
    public string ToRatio() => string.Create(CultureInfo.InvariantCulture, $"{Median:0.00} ({Least:0.00} to {Most:0.00})");
}
