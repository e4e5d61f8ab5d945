namespace Prometheus;

/// <summary>Takes observations.</summary>
public interface IObserver : ICollectorChild
{
    /// <summary>Records one observation. NaN is ignored.</summary>
    void Observe(double val);
}

/// <summary>Observations counted in buckets, with their sum.</summary>
public interface IHistogram : IObserver
{
    /// <summary>Sum of all observations.</summary>
    double Sum { get; }

    /// <summary>Number of observations.</summary>
    long Count { get; }

    /// <summary>Records the same observation <paramref name="count"/> times.</summary>
    void Observe(double val, long count);
}
