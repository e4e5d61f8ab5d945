using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Batching;

/// <summary>What became of a sequence in a step.</summary>
/// <param name="FilledBefore">Positions that it had filled before.</param>
/// <param name="PromptTokens">Read.</param>
/// <param name="GeneratedTokens">Drawn.</param>
/// <param name="Finish">Why it ended, or None.</param>
/// <param name="Error">Why no token could be drawn; null: one was, or none was due.</param>
internal readonly record struct Advanced(int FilledBefore, int PromptTokens, int GeneratedTokens, FinishReason Finish, Exception? Error);

/// <summary>
/// Advances the sequences of a step, from logits to text. One's work touches nothing of another's, so where there is much of
/// it threads of the pool take a share; each has its own buffers. The loop's thread never waits for one to start: what no
/// other has claimed, it does itself.
/// </summary>
internal sealed class AdvanceStage
{
    /// <summary>
    /// Logits of a step from which on help is called. The fastest draw takes a nanosecond a logit, waking a thread some tens
    /// of microseconds.
    /// </summary>
    public const int LogitsWorthHelp = 1 << 17;

    private readonly StepBatch _batch;
    private readonly SequenceAdvancer _own;
    private readonly Helper[] _helpers;
    private readonly object _finished = new();
    private List<StepEntry> _entries = [];
    private Advanced[] _results = [];

    /// <summary>Entries that nobody has claimed, counted down; below 0 once a helper found none.</summary>
    private int _unclaimed;

    private int _done;

    /// <summary>threads: that work on one step at most, the loop's among them.</summary>
    public AdvanceStage(StepBatch batch, LogitsPipeline filters, int threads)
    {
        _batch = batch;
        _own = new SequenceAdvancer(batch, filters);
        _helpers = [.. Enumerable.Range(1, threads - 1).Select(_ => new Helper(this, new SequenceAdvancer(batch, filters)))];
    }

    /// <summary>Total of guesses.</summary>
    public long DraftTokens => Total(advancer => advancer.DraftTokens);

    /// <summary>Total of guesses that held.</summary>
    public long AcceptedTokens => Total(advancer => advancer.AcceptedTokens);

    /// <summary>Advances all; [i] of the result is of entry i, valid until the next call.</summary>
    public ReadOnlySpan<Advanced> Run(List<StepEntry> entries)
    {
        if (_results.Length < entries.Count)
        {
            _results = new Advanced[Math.Max(entries.Count, 2 * _results.Length)];
        }

        _entries = entries;
        _done = 0;

        // From here on a helper that was late for the step before may join, too.
        Volatile.Write(ref _unclaimed, entries.Count);
        if ((long)_batch.OutputCount * _batch.Vocabulary >= LogitsWorthHelp)
        {
            for (int i = 0; i < Math.Min(_helpers.Length, entries.Count - 1); i++)
            {
                _helpers[i].Call();
            }
        }

        Work(_own);
        WaitForHelpers(entries.Count);
        return _results.AsSpan(0, entries.Count);
    }

    /// <summary>Goes on with a sequence that waits for other processes.</summary>
    public Advanced Resume(Sequence sequence)
    {
        var (finish, failure, generated) = (FinishReason.None, (Exception?)null, sequence.Generated);
        try
        {
            finish = _own.Resume(sequence);
        }
        catch (Exception error)
        {
            failure = error;
        }

        return new Advanced(sequence.Filled, 0, sequence.Generated - generated, finish, failure);
    }

    private void Work(SequenceAdvancer advancer)
    {
        while (Interlocked.Decrement(ref _unclaimed) is var claimed and >= 0)
        {
            _results[claimed] = Advance(advancer, _entries[claimed]);

            // Read before the last one is counted: then the next step may begin.
            int count = _entries.Count;
            if (Interlocked.Increment(ref _done) == count)
            {
                lock (_finished)
                {
                    Monitor.Pulse(_finished);
                }
            }
        }
    }

    /// <summary>Whoever helps has one entry left at most: looking a few times mostly spares the sleep.</summary>
    private void WaitForHelpers(int count)
    {
        SpinWait spin = default;
        while (Volatile.Read(ref _done) < count && !spin.NextSpinWillYield)
        {
            spin.SpinOnce();
        }

        lock (_finished)
        {
            while (Volatile.Read(ref _done) < count)
            {
                Monitor.Wait(_finished);
            }
        }
    }

    private static Advanced Advance(SequenceAdvancer advancer, in StepEntry entry)
    {
        var sequence = entry.Sequence;
        var (filled, generated, prompt) = (sequence.Filled, sequence.Generated, sequence.InPrompt || sequence.IsScoring ? entry.Count : 0);
        var (finish, failure) = (FinishReason.None, (Exception?)null);
        try
        {
            finish = advancer.Advance(entry);
        }
        catch (Exception error)
        {
            // Logits that are not numbers, or text that cannot be decoded, are this sequence's trouble alone.
            failure = error;
        }

        return new Advanced(filled, prompt, sequence.Generated - generated, finish, failure);
    }

    private long Total(Func<SequenceAdvancer, long> of)
    {
        long total = of(_own);
        foreach (var helper in _helpers)
        {
            total += of(helper.Advancer);
        }

        return total;
    }

    /// <summary>Helps on a thread of the pool. In the pool's queue at most once: its buffers are for one thread.</summary>
    private sealed class Helper(AdvanceStage stage, SequenceAdvancer advancer) : IThreadPoolWorkItem
    {
        private int _called;

        public SequenceAdvancer Advancer => advancer;

        public void Call()
        {
            if (Interlocked.Exchange(ref _called, 1) == 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }

        public void Execute()
        {
            stage.Work(advancer);
            Volatile.Write(ref _called, 0);
        }
    }
}
