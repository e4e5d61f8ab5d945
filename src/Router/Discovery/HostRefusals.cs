using System.Collections.Concurrent;

namespace ExpertCluster.Router.Discovery;

/// <summary>
/// Hosts that just said that they can't serve a revision: they are passed over for it for a second, while their catalogue may
/// still be on its way. Bounded; monotonic time.
/// </summary>
internal sealed class HostRefusals(TimeProvider time)
{
    private const int Most = 10_000;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Host, string Revision), long> _since = new();

    public void Add(string host, string revision)
    {
        if (_since.Count >= Most)
        {
            foreach (var old in _since.Where(e => time.GetElapsedTime(e.Value) >= Duration).ToArray())
            {
                _since.TryRemove(old);
            }
        }

        if (_since.Count < Most)
        {
            _since[(host, revision)] = time.GetTimestamp();
        }
    }

    public bool Has(string host, string revision) =>
        !_since.IsEmpty && _since.TryGetValue((host, revision), out long since) && time.GetElapsedTime(since) < Duration;
}
