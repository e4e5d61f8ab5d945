using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.ExpertHost.Placement;

/// <summary>Requests that hosts were lost over, as routers told, each for as long as it was told: passed on to all routers. Not thread-safe.</summary>
internal sealed class ToldSuspects(TimeProvider time)
{
    /// <summary>Those that are kept; the ones that end first go.</summary>
    private const int Limit = 4 * SuspectText.Most;

    private readonly Dictionary<string, (SuspectText Text, long At)> _told = new(StringComparer.Ordinal);

    public void Tell(SuspectText[] texts)
    {
        foreach (var text in texts)
        {
            // Of several routers' word the graver holds, then the longer one.
            if (!_told.TryGetValue(text.Hash, out var known) || (text.Refused, text.Seconds).CompareTo((known.Text.Refused, LeftOf(known))) >= 0)
            {
                _told[text.Hash] = (text, time.GetTimestamp());
            }
        }

        var kept = _told.Where(t => LeftOf(t.Value) > 0).OrderByDescending(t => t.Value.Text.Refused).ThenByDescending(t => LeftOf(t.Value)).Take(Limit);
        foreach (string old in _told.Keys.Except(kept.Select(t => t.Key)).ToArray())
        {
            _told.Remove(old);
        }
    }

    /// <summary>At most <see cref="SuspectText.Most"/>: those that are refused first.</summary>
    public SuspectText[] All() =>
    [
        .. _told.Values.Select(t => t.Text with { Seconds = LeftOf(t) })
            .Where(t => t.Seconds > 0)
            .OrderByDescending(t => t.Refused)
            .ThenByDescending(t => t.Seconds)
            .Take(SuspectText.Most),
    ];

    private int LeftOf((SuspectText Text, long At) told) => told.Text.Seconds - (int)time.GetElapsedTime(told.At).TotalSeconds;
}
