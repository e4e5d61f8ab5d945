using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.Gating;
using ExpertCluster.Gating.Embeddings;
using ExpertCluster.Node.Telemetry;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// The encoders that this host has opened, by name and content: each with the first call for it, once for all who ask meanwhile. Beyond
/// <see cref="RuntimeOptions.EncoderCapacity"/> the one that was asked for longest ago goes, as does one whose content the catalogue has no more; both are closed with
/// the last who uses them. One that can't be opened isn't read again for a while. Thread-safe.
/// </summary>
internal sealed partial class EncoderRegistry : IDisposable
{
    /// <summary>How long one that can't be opened is refused: reading it takes a second and its size in memory.</summary>
    private static readonly TimeSpan RefusalTime = TimeSpan.FromSeconds(30);

    private readonly IPreparedContent _content;
    private readonly ICatalogueSource _catalogue;
    private readonly LoadAttempts _attempts;
    private readonly TimeProvider _time;
    private readonly ILogger<EncoderRegistry> _log;
    private readonly int _capacity;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Name, string Revision), Entry> _entries = [];
    private readonly IDisposable _listening;
    private long _turn;

    public EncoderRegistry(
        IPreparedContent content, ICatalogueSource catalogue, LoadAttempts attempts, RuntimeOptions options, TimeProvider time, ILogger<EncoderRegistry> log)
    {
        (_content, _catalogue, _attempts, _time, _log, _capacity) = (content, catalogue, attempts, time, log, options.EncoderCapacity);
        _listening = ChangeToken.OnChange(() => catalogue.Changed, LetGo);
    }

    /// <summary>Open, or being opened.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Whether it is open, or can be opened without another one being closed for it.</summary>
    public bool HasRoomFor(string name, string revision)
    {
        lock (_lock)
        {
            return _entries.Count < _capacity || _entries.ContainsKey((name, revision));
        }
    }

    /// <summary>The encoder, entered: whoever gets it leaves it.</summary>
    /// <param name="name">Of the encoder.</param>
    /// <param name="revision">Of its content.</param>
    /// <param name="cancellation">Ends the wait; the opening goes on, for others.</param>
    /// <exception cref="KeyNotFoundException">The catalogue has no such encoder of this revision.</exception>
    /// <exception cref="CatalogueException">Its content can't be used, now or a moment ago.</exception>
    /// <exception cref="ContentException">Its files can't be had just now.</exception>
    public async Task<EncoderRuntime> EnterAsync(string name, string revision, CancellationToken cancellation)
    {
        while (_catalogue.Current.FindEncoder(name) is { } prepared && prepared.Revision == revision)
        {
            var entry = Take(prepared);
            try
            {
                var runtime = await entry.Opening.Value.WaitAsync(cancellation);
                if (runtime.TryEnter())
                {
                    return runtime;
                }

                // Let go between the two lines.
                Remove(entry);
            }
            catch (CatalogueException)
            {
                // It stays for a while, and refuses.
                throw;
            }
            catch (Exception) when (!cancellation.IsCancellationRequested)
            {
                Remove(entry);
                throw;
            }
        }

        throw new KeyNotFoundException($"the catalogue has no encoder '{name}' of this revision");
    }

    public void Dispose()
    {
        _listening.Dispose();
        lock (_lock)
        {
            foreach (var entry in _entries.Values)
            {
                entry.Retire();
            }

            _entries.Clear();
        }
    }

    private Entry Take(PreparedEncoder prepared)
    {
        lock (_lock)
        {
            var key = (prepared.Name, prepared.Revision);
            if (_entries.TryGetValue(key, out var known) && known.IsBroken && _time.GetElapsedTime(known.Since) >= RefusalTime)
            {
                _entries.Remove(key);
                known = null;
            }

            if (known is null)
            {
                if (_entries.Count >= _capacity)
                {
                    var oldest = _entries.MinBy(e => e.Value.Turn);
                    _entries.Remove(oldest.Key);
                    oldest.Value.Retire();
                }

                known = new Entry(key, _time.GetTimestamp(), new Lazy<Task<EncoderRuntime>>(() => Task.Run(() => OpenAsync(prepared))));
                _entries.Add(key, known);
            }

            known.Turn = ++_turn;
            return known;
        }
    }

    private void Remove(Entry entry)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(entry.Key, out var known) && known == entry)
            {
                _entries.Remove(entry.Key);
            }
        }
    }

    private void LetGo()
    {
        var snapshot = _catalogue.Current;
        lock (_lock)
        {
            foreach (var (key, entry) in _entries.Where(e => snapshot.FindEncoder(e.Key.Name)?.Revision != e.Key.Revision).ToArray())
            {
                _entries.Remove(key);
                entry.Retire();
            }
        }
    }

    /// <summary>It is read into memory, so its files are given back at once.</summary>
    private async Task<EncoderRuntime> OpenAsync(PreparedEncoder prepared)
    {
        using var attempt = _attempts.Begin($"encoder {prepared.Name}", prepared.Revision);
        using var files = await _content.OpenAsync(prepared.Folder, $"encoder {prepared.Name}", below: "", CancellationToken.None);
        try
        {
            var encoder = SentenceEncoder.Load(files.Path, prepared.Task == EncoderTask.Score);
            attempt.Succeed();
            LogOpened(_log, prepared.Name, prepared.Revision);
            return new EncoderRuntime(prepared.Name, prepared.Revision, encoder);
        }
        catch (GateFormatException error)
        {
            // Callers are told, too, whom this machine's folders are no business of.
            string reason = OneLine.Of(error).Replace(files.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
            throw new CatalogueException($"encoder {prepared.Name} can't be loaded: {reason}", error);
        }
    }

    [LoggerMessage(2207, LogLevel.Information, "Encoder {Encoder} is open (revision {Revision})")]
    private static partial void LogOpened(ILogger log, string encoder, string revision);

    /// <param name="key">Name and revision.</param>
    /// <param name="since">When its opening began.</param>
    /// <param name="opening">Once, by the first who waits for it.</param>
    private sealed class Entry((string Name, string Revision) key, long since, Lazy<Task<EncoderRuntime>> opening)
    {
        public (string Name, string Revision) Key => key;

        public long Since => since;

        public Lazy<Task<EncoderRuntime>> Opening => opening;

        /// <summary>Of the last who asked for it; of the registry's lock.</summary>
        public long Turn { get; set; }

        public bool IsBroken => opening is { IsValueCreated: true, Value.IsFaulted: true };

        /// <summary>Nobody new gets it; where it is being opened, it goes when that is over and those who wait for it have left.</summary>
        public void Retire()
        {
            if (opening is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            {
                opening.Value.Result.Retire();
            }
            else if (opening.IsValueCreated)
            {
                _ = opening.Value.ContinueWith(
                    static opened => opened.Result.Retire(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            }
        }
    }
}
