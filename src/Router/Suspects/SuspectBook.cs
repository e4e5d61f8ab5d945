using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Telemetry;

namespace ExpertCluster.Router.Suspects;

/// <summary>
/// Requests that hosts were lost over. A host that is lost makes suspects of those that it had given no token of: any of them may be what it died of. A suspect is
/// tried again where no other suspect is at work (<c>ExpertHost.Serving.SuspectTurns</c>), so that a second loss tells; then it is refused for a while, here and, by what
/// routers tell each other, everywhere. The first token clears it. Goes by hashes, never by text; bounded; monotonic time.
/// </summary>
internal sealed partial class SuspectBook(RouterOptions options, RouterMetrics metrics, TimeProvider time, ILogger<SuspectBook> log)
{
    /// <summary>Losses of hosts that worked on it, beside others, before it is refused all the same.</summary>
    private const int MostLosses = 3;

    private const int Limit = 1024;
    private const int MostLeftPerHost = 64;
    private const int MostHosts = 1024;

    /// <summary>How long a suspect is one that nobody tries again.</summary>
    private static readonly TimeSpan Suspicion = TimeSpan.FromMinutes(1);

    /// <summary>How long a host may work on what its caller has left already.</summary>
    private static readonly TimeSpan Left = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<(string Hash, long At)>> _left = new(StringComparer.Ordinal);
    private readonly HashSet<string> _tried = new(StringComparer.Ordinal);
    private volatile bool _any;

    /// <summary>Texts that this router refuses now.</summary>
    public int Refused
    {
        get
        {
            lock (_lock)
            {
                RemoveOld();
                return _entries.Values.Count(e => e.Refused);
            }
        }
    }

    /// <summary>Nearly always: then nobody needs a hash.</summary>
    public bool IsEmpty => !_any;

    public SuspectStanding StandingOf(string hash)
    {
        lock (_lock)
        {
            return !_entries.TryGetValue(hash, out var entry) || entry.SecondsLeft(time) <= 0 ? SuspectStanding.Free
                : entry.Refused ? SuspectStanding.Refused
                : SuspectStanding.Suspect;
        }
    }

    /// <summary>A suspect is about to be tried: one of a hash at a time, as many callers may have sent the same text.</summary>
    /// <returns>False: one is being tried now.</returns>
    public bool TryBegin(string hash)
    {
        lock (_lock)
        {
            return _tried.Add(hash);
        }
    }

    /// <summary>It was tried.</summary>
    public void End(string hash)
    {
        lock (_lock)
        {
            _tried.Remove(hash);
        }
    }

    /// <summary>A host was lost that had given no token of it.</summary>
    /// <param name="hash">Of the request.</param>
    /// <param name="host">Which.</param>
    /// <param name="alone">Whether it was the one suspect that the host was at work on.</param>
    public void Lost(string hash, string host, bool alone)
    {
        bool refused;
        lock (_lock)
        {
            int losses = 1;
            if (_entries.TryGetValue(hash, out var known) && known.SecondsLeft(time) > 0)
            {
                // The same text may have been on the host many times.
                bool isSame = known.Host == host && time.GetElapsedTime(known.Since) < Left;
                if (known.Refused || (isSame && !alone))
                {
                    return;
                }

                losses += known.Losses;
            }

            refused = alone || losses >= MostLosses;
            Put(hash, new Entry(time.GetTimestamp(), refused ? TimeSpan.FromSeconds(options.PoisonSeconds) : Suspicion, losses, refused, host));
        }

        metrics.SuspectRequests.WithLabels(refused ? "convicted" : "suspected").Inc();
        if (refused)
        {
            LogConvicted(log, hash, host, options.PoisonSeconds);
        }
    }

    /// <summary>A host gave a token of it.</summary>
    public void Clear(string hash)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(hash, out var entry) || entry.Refused)
            {
                return;
            }

            _entries.Remove(hash);
            _any = _entries.Count > 0;
        }

        metrics.SuspectRequests.WithLabels("cleared").Inc();
    }

    /// <summary>Its caller went, or its time ended, before its first token: the host may still be at it.</summary>
    public void Leave(string host, string hash)
    {
        lock (_lock)
        {
            if (!_left.TryGetValue(host, out var left))
            {
                if (_left.Count >= MostHosts)
                {
                    _left.Clear();
                }

                _left[host] = left = new Queue<(string, long)>();
            }

            if (left.Count >= MostLeftPerHost)
            {
                left.Dequeue();
            }

            left.Enqueue((hash, time.GetTimestamp()));
        }
    }

    /// <summary>A host was lost: what its callers had just left is suspect too.</summary>
    public void LoseHost(string host)
    {
        Queue<(string Hash, long At)>? left;
        lock (_lock)
        {
            _left.Remove(host, out left);
        }

        foreach (var (hash, _) in (left ?? []).Where(l => time.GetElapsedTime(l.At) < Left).DistinctBy(l => l.Hash))
        {
            Lost(hash, host, alone: false);
        }
    }

    /// <summary>What other routers shall know: at most <see cref="SuspectText.Most"/>, those that are refused first.</summary>
    public SuspectText[] Tell()
    {
        if (!_any)
        {
            return [];
        }

        lock (_lock)
        {
            RemoveOld();
            return
            [
                .. _entries.Where(e => e.Value.Host.Length > 0)
                    .OrderByDescending(e => e.Value.Refused)
                    .Take(SuspectText.Most)
                    .Select(e => new SuspectText { Hash = e.Key, Refused = e.Value.Refused, Losses = e.Value.Losses, Seconds = (int)Math.Ceiling(e.Value.SecondsLeft(time)) }),
            ];
        }
    }

    /// <summary>What all routers told.</summary>
    public void Learn(SuspectText[] told)
    {
        if (told.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var text in told)
            {
                // What comes around again must not live longer by each round; and what this router has found itself holds here.
                bool isNews = !_entries.TryGetValue(text.Hash, out var known) || known.SecondsLeft(time) <= 0 || (text.Refused && !known.Refused);
                if (isNews && text.Seconds > 0)
                {
                    Put(text.Hash, new Entry(time.GetTimestamp(), TimeSpan.FromSeconds(text.Seconds), text.Losses, text.Refused, Host: ""));
                }
            }
        }
    }

    private void Put(string hash, Entry entry)
    {
        if (_entries.Count >= Limit && !_entries.ContainsKey(hash))
        {
            RemoveOld();
            if (_entries.Count >= Limit)
            {
                _entries.Remove(_entries.OrderBy(e => e.Value.Refused).ThenBy(e => e.Value.SecondsLeft(time)).First().Key);
            }
        }

        _entries[hash] = entry;
        _any = true;
    }

    private void RemoveOld()
    {
        foreach (string old in _entries.Where(e => e.Value.SecondsLeft(time) <= 0).Select(e => e.Key).ToArray())
        {
            _entries.Remove(old);
        }

        _any = _entries.Count > 0;
    }

    [LoggerMessage(3202, LogLevel.Warning, "Request {Hash} is refused for {Seconds} s: hosts were lost over it, the last one {Host}")]
    private static partial void LogConvicted(ILogger log, string hash, string host, int seconds);

    /// <param name="Since">When it was lost or told last.</param>
    /// <param name="Lasts">From then on.</param>
    /// <param name="Losses">Of hosts.</param>
    /// <param name="Refused">Or suspect.</param>
    /// <param name="Host">The latest one that was lost; empty: another router told of it, and tells the others.</param>
    private sealed record Entry(long Since, TimeSpan Lasts, int Losses, bool Refused, string Host)
    {
        public double SecondsLeft(TimeProvider time) => (Lasts - time.GetElapsedTime(Since)).TotalSeconds;
    }
}
