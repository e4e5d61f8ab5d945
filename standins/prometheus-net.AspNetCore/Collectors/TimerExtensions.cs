using System.Diagnostics;

namespace Prometheus;

/// <summary>Stopwatches in seconds.</summary>
public static class TimerExtensions
{
    /// <summary>Starts a timer that observes its duration.</summary>
    public static ITimer NewTimer(this IObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return new Timer(observer.Observe);
    }

    /// <summary>Starts a timer that sets the gauge to its duration.</summary>
    public static ITimer NewTimer(this IGauge gauge)
    {
        ArgumentNullException.ThrowIfNull(gauge);
        return new Timer(gauge.Set);
    }

    /// <summary>Starts a timer that adds its duration to the counter.</summary>
    public static ITimer NewTimer(this ICounter counter)
    {
        ArgumentNullException.ThrowIfNull(counter);
        return new Timer(counter.Inc);
    }

    private sealed class Timer(Action<double> record) : ITimer
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        public TimeSpan ObserveDuration()
        {
            var duration = Stopwatch.GetElapsedTime(_start);
            record(duration.TotalSeconds);
            return duration;
        }

        public void Dispose() => ObserveDuration();
    }
}
