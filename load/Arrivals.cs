namespace ExpertCluster.Load;

/// <summary>A Poisson process: exponential gaps by inversion of the distribution function.</summary>
internal sealed class Arrivals(double rate, Random random)
{
    /// <summary>Time to the next arrival.</summary>
    public TimeSpan NextGap() => TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / rate);
}
