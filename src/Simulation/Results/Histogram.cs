namespace ExpertCluster.Simulation.Results;

/// <summary>Times in steps of two percent, from a tenth of a millisecond to hours.</summary>
internal sealed class Histogram
{
    private const double Least = 1e-4;
    private const double Step = 1.02;
    private static readonly double LogStep = Math.Log(Step);

    private readonly long[] _counts = new long[1024];
    private long _count;

    public void Add(double seconds)
    {
        int bucket = seconds <= Least ? 0 : (int)(Math.Log(seconds / Least) / LogStep);
        _counts[Math.Min(bucket, _counts.Length - 1)]++;
        _count++;
    }

    /// <summary>Seconds that this share of the times is at or below; 0 where there are none.</summary>
    public double Quantile(double share)
    {
        long rank = (long)Math.Ceiling(share * _count);
        long seen = 0;
        for (int i = 0; i < _counts.Length && _count > 0; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return Least * Math.Pow(Step, i + 0.5);
            }
        }

        return 0;
    }
}
