using System.Collections.Concurrent;

namespace ExpertCluster.Node.Telemetry;

/// <summary>
/// Bounds the values of a metric label: the first <see cref="Limit"/> distinct ones pass, all later ones become "other",
/// so that names made up by clients can't grow the metrics. Thread-safe.
/// </summary>
public sealed class LabelLimit(int limit = LabelLimit.Limit)
{
    public const int Limit = 1000;

    public const string Other = "other";

    private readonly ConcurrentDictionary<string, byte> _seen = new(StringComparer.Ordinal);
    private int _count;

    public string Of(string value)
    {
        if (_seen.ContainsKey(value))
        {
            return value;
        }

        if (Interlocked.Increment(ref _count) > limit)
        {
            Interlocked.Decrement(ref _count);
            return Other;
        }

        if (!_seen.TryAdd(value, 0))
        {
            Interlocked.Decrement(ref _count);
        }

        return value;
    }
}
