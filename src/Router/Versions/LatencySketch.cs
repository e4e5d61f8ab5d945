namespace ExpertCluster.Router.Versions;

/// <summary>
/// Quantiles of times in a fixed number of counts, whose bounds grow by an eighth each: from a tenth of a millisecond to minutes, none is told wrong by
/// more than that. Not thread-safe.
/// </summary>
internal sealed class LatencySketch
{
    private const double Least = 0.0001;
    private const double Growth = 1.125;
    private const int Buckets = 128;

    private readonly int[] _counts = new int[Buckets];
    private long _total;

    public void Add(TimeSpan time)
    {
        int bucket = time.TotalSeconds <= Least ? 0 : (int)Math.Min(Buckets - 1, Math.Ceiling(Math.Log(time.TotalSeconds / Least, Growth)));
        _counts[bucket]++;
        _total++;
    }

    /// <summary>A time that so large a share is not above, in seconds; 0: there is none.</summary>
    /// <param name="share">0 to 1.</param>
    public double Quantile(double share)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(share * _total));
        long below = 0;
        for (int i = 0; i < Buckets && _total > 0; i++)
        {
            below += _counts[i];
            if (below >= wanted)
            {
                return Least * Math.Pow(Growth, i);
            }
        }

        return 0;
    }
}
