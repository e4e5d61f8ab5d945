namespace ExpertCluster.Load;

/// <summary>Median, 95th and 99th percentile, milliseconds; nearest rank.</summary>
internal sealed record Quantiles(double P50, double P95, double P99)
{
    public static Quantiles Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Quantiles(At(0.50), At(0.95), At(0.99));

        double At(double share) => sorted.Length == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
