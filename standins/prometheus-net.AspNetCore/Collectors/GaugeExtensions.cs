namespace Prometheus;

/// <summary>Gauges of time, and of work under way.</summary>
public static class GaugeExtensions
{
    /// <summary>Sets the gauge to the current unix time in seconds.</summary>
    public static void SetToCurrentTimeUtc(this IGauge gauge) => gauge.SetToTimeUtc(TimeProvider.System.GetUtcNow());

    /// <summary>Sets the gauge to a unix time in seconds.</summary>
    public static void SetToTimeUtc(this IGauge gauge, DateTimeOffset timestamp)
    {
        ArgumentNullException.ThrowIfNull(gauge);
        gauge.Set(Seconds(timestamp));
    }

    /// <summary>Raises the gauge to the current unix time in seconds.</summary>
    public static void IncToCurrentTimeUtc(this IGauge gauge) => gauge.IncToTimeUtc(TimeProvider.System.GetUtcNow());

    /// <summary>Raises the gauge to a unix time in seconds.</summary>
    public static void IncToTimeUtc(this IGauge gauge, DateTimeOffset timestamp)
    {
        ArgumentNullException.ThrowIfNull(gauge);
        gauge.IncTo(Seconds(timestamp));
    }

    /// <summary>Adds one until the result is disposed.</summary>
    public static IDisposable TrackInProgress(this IGauge gauge)
    {
        ArgumentNullException.ThrowIfNull(gauge);
        gauge.Inc();
        return new InProgress(gauge);
    }

    private static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;

    private sealed class InProgress(IGauge gauge) : IDisposable
    {
        private IGauge? _gauge = gauge;

        public void Dispose() => Interlocked.Exchange(ref _gauge, null)?.Dec();
    }
}
