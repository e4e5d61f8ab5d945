using Grpc.Core;

namespace ExpertCluster.ExpertHost.Apis.Vllm;

/// <summary>The Generate calls of this process, by the ids that their callers gave them. Thread-safe.</summary>
internal sealed class RunningRequests(TimeProvider time)
{
    /// <summary>At once; more is refused. Beyond the queues of a host, which refuse before.</summary>
    public const int Most = 4096;

    /// <summary>UTF-16 units of an id.</summary>
    public const int LongestId = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Running> _byId = new(StringComparer.Ordinal);
    private readonly long _started = time.GetTimestamp();
    private int _count;
    private DateTimeOffset _latest;

    public int Count => Volatile.Read(ref _count);

    public TimeSpan Uptime => time.GetElapsedTime(_started);

    /// <summary>When the latest came; null: none did.</summary>
    public DateTimeOffset? Latest
    {
        get
        {
            lock (_lock)
            {
                return _latest == default ? null : _latest;
            }
        }
    }

    /// <summary>Until the result is disposed, the id is in use.</summary>
    /// <param name="id">Empty: the call can't be aborted.</param>
    /// <param name="call">Ends the request, too.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it is too long; ALREADY_EXISTS: it is in use; RESOURCE_EXHAUSTED: there are too many.</exception>
    public Running Begin(string id, CancellationToken call)
    {
        if (id.Length > LongestId)
        {
            throw EngineErrors.Invalid("request_id", $"has {id.Length} characters; at most {LongestId} are taken");
        }

        lock (_lock)
        {
            if (_count == Most)
            {
                throw EngineErrors.Of(StatusCode.ResourceExhausted, $"{Most} requests run or wait on this host; no more are taken");
            }

            if (id.Length > 0 && _byId.ContainsKey(id))
            {
                throw EngineErrors.Of(StatusCode.AlreadyExists, "request_id is that of another request which runs here; each needs its own");
            }

            var running = new Running(this, id, call);
            if (id.Length > 0)
            {
                _byId.Add(id, running);
            }

            _count++;
            _latest = time.GetUtcNow();
            return running;
        }
    }

    /// <summary>Ends those that run; others are passed over.</summary>
    public Task AbortAsync(IEnumerable<string> ids)
    {
        Running[] found;
        lock (_lock)
        {
            found = [.. ids.Select(id => _byId.GetValueOrDefault(id)).OfType<Running>().Distinct()];
        }

        return Task.WhenAll(found.Select(running => running.AbortAsync()));
    }

    private void End(string id)
    {
        lock (_lock)
        {
            _byId.Remove(id);
            _count--;
        }
    }

    /// <summary>One of them.</summary>
    internal sealed class Running : IDisposable
    {
        private readonly RunningRequests _all;
        private readonly string _id;

        // Not disposed: it has no timer, and an abort may come when the request has just ended.
#pragma warning disable CA2213
        private readonly CancellationTokenSource _abort = new();
#pragma warning restore CA2213
        private readonly CancellationTokenSource _either;

        public Running(RunningRequests all, string id, CancellationToken call)
        {
            (_all, _id) = (all, id);
            _either = CancellationTokenSource.CreateLinkedTokenSource(call, _abort.Token);
        }

        public bool IsAborted => _abort.IsCancellationRequested;

        /// <summary>Of the call, or of an abort.</summary>
        public CancellationToken Cancellation => _either.Token;

        public Task AbortAsync() => _abort.CancelAsync();

        public void Dispose()
        {
            _all.End(_id);
            _either.Dispose();
        }
    }
}
