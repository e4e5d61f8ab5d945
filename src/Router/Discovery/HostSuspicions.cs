using System.Collections.Concurrent;

namespace ExpertCluster.Router.Discovery;

/// <summary>
/// Hosts that just failed a call. They are passed over while another host can serve, for a few seconds: long enough for
/// the membership to notice a dead one, short enough not to lose one that merely restarted. Monotonic time.
/// </summary>
internal sealed class HostSuspicions(TimeProvider time)
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, long> _since = new(StringComparer.Ordinal);

    public void Suspect(string host) => _since[host] = time.GetTimestamp();

    public bool IsSuspect(string host)
    {
        if (!_since.TryGetValue(host, out long since))
        {
            return false;
        }

        if (time.GetElapsedTime(since) < Duration)
        {
            return true;
        }

        _since.TryRemove(KeyValuePair.Create(host, since));
        return false;
    }
}
