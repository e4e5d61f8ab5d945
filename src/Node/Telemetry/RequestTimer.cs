using Prometheus;

namespace ExpertCluster.Node.Telemetry;

/// <summary>Times one request: its first output, the outputs after that, and its end, which is when it is disposed of.</summary>
/// <param name="firstOutput">Seconds from the start to the first output.</param>
/// <param name="whole">Seconds from the start to the end, however the request ended.</param>
/// <param name="time">The clock.</param>
public sealed class RequestTimer(IObserver firstOutput, IObserver whole, TimeProvider time) : IDisposable
{
    private readonly long _start = time.GetTimestamp();
    private long? _last;

    /// <summary>Something went out.</summary>
    /// <returns>The time since what went out before; null where this was the first.</returns>
    public TimeSpan? Output()
    {
        long now = time.GetTimestamp();
        var since = _last is { } last ? time.GetElapsedTime(last, now) : (TimeSpan?)null;
        if (since is null)
        {
            firstOutput.Observe(time.GetElapsedTime(_start, now).TotalSeconds);
        }

        _last = now;
        return since;
    }

    public void Dispose() => whole.Observe(time.GetElapsedTime(_start).TotalSeconds);
}
