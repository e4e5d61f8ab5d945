using System.Diagnostics;

namespace ExpertCluster.Bench.Latency;

/// <summary>Lets one thread go on so many times a second.</summary>
internal sealed class Pace(int perSecond)
{
    private readonly object _never = new();
    private readonly long _period = Stopwatch.Frequency / perSecond;
    private long _next = Stopwatch.GetTimestamp();

    public void Wait()
    {
        _next += _period;
        long now = Stopwatch.GetTimestamp();
        if (now >= _next)
        {
            _next = now;
            return;
        }

        // In whole milliseconds: a tick may come early by less than one, and the rate stays.
        lock (_never)
        {
            Monitor.Wait(_never, (int)((_next - now) * 1000 / Stopwatch.Frequency));
        }
    }
}
