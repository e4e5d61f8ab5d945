using System.Collections.Concurrent;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Router.Demand;

/// <summary>What this router is asked for, by expert and revision: what placement scales by. Bounded by what plans name.</summary>
internal sealed class DemandMeter(TimeProvider time)
{
    /// <summary>Experts that are counted; more are not, until some have rested.</summary>
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<(string Expert, string Revision), Count> _counts = new();
    private long _takenAt = time.GetTimestamp();

    /// <summary>A request begins to wait for its first chunk.</summary>
    public Asked Begin(Plan plan)
    {
        var asked = new Asked(time.GetTimestamp());
        foreach (var expert in AskedExperts.Of(plan))
        {
            var count = Of(expert.Name, expert.Revision);
            while (count is not null && !count.TryBegin(asked))
            {
                // It rested, and went just now; another takes its place.
                count = Of(expert.Name, expert.Revision);
            }
        }

        return asked;
    }

    /// <summary>What was asked since the last time, and what runs now. For one caller at a time.</summary>
    /// <param name="router">This router's name.</param>
    public DemandReport Take(string router)
    {
        long now = time.GetTimestamp();
        double seconds = Math.Max(0.001, time.GetElapsedTime(_takenAt, now).TotalSeconds);
        _takenAt = now;
        List<ExpertAsked> experts = [];
        foreach (var (key, count) in _counts)
        {
            if (count.Take(seconds, since => (int)Math.Min(int.MaxValue, time.GetElapsedTime(since, now).TotalMilliseconds)) is { } asked)
            {
                experts.Add(asked with { Expert = key.Expert, Revision = key.Revision });
            }
            else
            {
                count.Retire(() => _counts.TryRemove(KeyValuePair.Create(key, count)));
            }
        }

        return new DemandReport { Router = router, Experts = [.. experts.OrderByDescending(e => e.ArrivalsPerSecond + e.Running).Take(DemandReport.MostExperts)] };
    }

    private Count? Of(string expert, string revision) => _counts.TryGetValue((expert, revision), out var known) ? known
        : _counts.Count < Most ? _counts.GetOrAdd((expert, revision), static _ => new Count()) : null;

    /// <summary>A request, from its dispatch to its end.</summary>
    internal sealed class Asked(long since) : IDisposable
    {
        private readonly List<Count> _counts = [];
        private int _state;

        public long Since => since;

        public void Add(Count count) => _counts.Add(count);

        /// <summary>Its first chunk is there.</summary>
        public void Started()
        {
            if (Interlocked.CompareExchange(ref _state, 1, 0) == 0)
            {
                foreach (var count in _counts)
                {
                    count.Start(this);
                }
            }
        }

        public void Dispose()
        {
            int before = Interlocked.Exchange(ref _state, 2);
            if (before == 2)
            {
                return;
            }

            foreach (var count in _counts)
            {
                count.End(this, started: before == 1);
            }
        }
    }

    internal sealed class Count
    {
        private readonly Lock _lock = new();
        private readonly HashSet<Asked> _waiting = [];
        private int _arrived;
        private int _running;
        private bool _isGone;

        /// <summary>False where nobody reads it any more.</summary>
        public bool TryBegin(Asked asked)
        {
            lock (_lock)
            {
                if (_isGone)
                {
                    return false;
                }

                _arrived++;
                _waiting.Add(asked);
            }

            asked.Add(this);
            return true;
        }

        public void Start(Asked asked)
        {
            lock (_lock)
            {
                _waiting.Remove(asked);
                _running++;
            }
        }

        public void End(Asked asked, bool started)
        {
            lock (_lock)
            {
                _waiting.Remove(asked);
                _running -= started ? 1 : 0;
            }
        }

        /// <summary>Null: nobody asked, and nothing runs.</summary>
        public ExpertAsked? Take(double seconds, Func<long, int> milliseconds)
        {
            lock (_lock)
            {
                var asked = new ExpertAsked
                {
                    ArrivalsPerSecond = _arrived / seconds,
                    Running = _running,
                    Waiting = _waiting.Count,
                    LongestWaitMilliseconds = _waiting.Select(w => milliseconds(w.Since)).DefaultIfEmpty(0).Max(),
                };
                bool isQuiet = _arrived == 0 && _running == 0 && _waiting.Count == 0;
                _arrived = 0;
                return isQuiet ? null : asked;
            }
        }

        /// <summary>Where it is still quiet.</summary>
        public void Retire(Action remove)
        {
            lock (_lock)
            {
                if (_arrived == 0 && _running == 0 && _waiting.Count == 0)
                {
                    _isGone = true;
                    remove();
                }
            }
        }
    }
}
