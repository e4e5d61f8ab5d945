namespace ExpertCluster.Node.Telemetry;

/// <summary>Histogram buckets from a quarter of a millisecond to a minute: small experts answer in single milliseconds.</summary>
public static class LatencyBuckets
{
    public static readonly double[] Seconds =
        [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
}
