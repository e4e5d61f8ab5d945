using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Prefixes;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Batching;

/// <summary>
/// The continuous batching loop: one thread that alone touches the runner, the slots and the sequences. Each turn
/// (1) takes in: ends what was cancelled or reads too slowly, admits from the queue whose adapters are there, goes on with what waited for other processes;
/// (2) composes a step; (3) lets gates choose; (4) runs it; (5) advances every sequence of it; (6) tells what ended.
/// With no row to run it sleeps until <see cref="Wake"/>.
/// </summary>
internal sealed class EngineLoop
{
    private readonly IStepRunner _runner;
    private readonly EngineOptions _options;
    private readonly AdmissionQueue _queue;
    private readonly AdapterStore _adapters;
    private readonly TimeProvider _time;
    private readonly IEngineObserver? _observer;
    private readonly AutoResetEvent _signal;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StepBatch _batch;
    private readonly StepComposer _composer;
    private readonly GateStage _gates;
    private readonly AdvanceStage _advance;
    private readonly SequenceSet _sequences;
    private readonly PrefixStage _prefixes;
    private readonly Intake _intake;
    private readonly List<Sequence> _removed = [];
    private readonly Action<Sequence, GateFailedException> _endByGate;
    private readonly EngineTotals _totals = new();
    private readonly Lock _publishing = new();
    private EngineSnapshot _snapshot;
    private volatile bool _stopping;

    public EngineLoop(
        IStepRunner runner,
        EngineOptions options,
        AdmissionQueue queue,
        AdapterStore adapters,
        PrefixCache prefixes,
        LogitsPipeline filters,
        AutoResetEvent signal,
        TimeProvider time,
        IEngineObserver? observer)
    {
        (_runner, _options, _queue, _adapters, _signal, _time, _observer) = (runner, options, queue, adapters, signal, time, observer);
        int maxRows = EngineOptionsValidator.RowsPerStep(options, runner);
        _batch = new StepBatch(maxRows, runner.Slots + options.DraftRows, runner.AdaptersPerRow, runner.Vocabulary);
        _composer = new StepComposer(_batch, maxRows, options.PrefillChunk, options.DraftRows, runner.BlockPositions);
        _gates = new GateStage(_batch);
        _advance = new AdvanceStage(_batch, filters, EngineOptionsValidator.SamplingThreads(options));
        _sequences = new SequenceSet(new SlotPool(runner.Slots), adapters);
        _prefixes = new PrefixStage(runner, prefixes);
        _intake = new Intake(options, queue, adapters, _sequences, _prefixes, _totals, signal, time, observer);
        _endByGate = (sequence, error) => _sequences.End(sequence, SequenceOutcome.Failed, error);
        _snapshot = TakeSnapshot();
    }

    /// <summary>As of the latest turn; what other threads know better is filled in by the engine.</summary>
    public EngineSnapshot Snapshot
    {
        get
        {
            lock (_publishing)
            {
                return _snapshot;
            }
        }
    }

    /// <summary>Ends once the queue is closed and nothing runs or waits.</summary>
    public Task Drained => _drained.Task;

    /// <summary>Ends when the thread does.</summary>
    public Task Stopped => _stopped.Task;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "inference-engine" }.Start();

    /// <summary>Ends every sequence after the step that runs now, or with it where that step is cut.</summary>
    public void Stop()
    {
        _stopping = true;
        _signal.Set();
    }

    private void Run()
    {
        while (!_stopping)
        {
            if (!TryTurn())
            {
                if (_queue.IsClosed && _queue.Count == 0 && _sequences.Running.Count == 0)
                {
                    _drained.TrySetResult();
                }

                _signal.WaitOne();
            }
        }

        try
        {
            var error = new EngineDrainingException("the engine has stopped");
            EndAll(error, _observer);
            _drained.TrySetResult();
            _stopped.SetResult();
        }
        catch (Exception error)
        {
            // Whoever disposes the engine hears of it.
            _drained.TrySetException(error);
            _stopped.SetException(error);
        }
    }

    /// <summary>False when there was nothing to run.</summary>
    private bool TryTurn()
    {
        try
        {
            long start = _time.GetTimestamp();
            _intake.Run();
            Resume();
            _composer.Compose(_sequences.Running);
            bool ran = _batch.RowCount > 0;
            if (ran)
            {
                Step(start);
            }

            Settle(_observer);
            return ran;
        }
        catch (Exception error)
        {
            // Nothing above should throw. If it does, no sequence's state can be trusted; the engine itself goes on. The
            // observer may be what threw, so it isn't asked again.
            _totals.StepFailed();
            EndAll(new StepFailedException($"the engine's loop failed: {error.Message}", error), observer: null);
            return true;
        }
    }

    private void Step(long start)
    {
        long gatesStart = _time.GetTimestamp();
        if (!_gates.Run(_composer.Entries, _endByGate))
        {
            return;
        }

        long runStart = _time.GetTimestamp();
        try
        {
            _runner.Run(_batch);
        }
        catch (Exception) when (_stopping)
        {
            // The engine's end cut the step; its sequences are told so when the loop ends.
            return;
        }
        catch (Exception error)
        {
            _totals.StepFailed();
            foreach (var entry in _composer.Entries)
            {
                _sequences.End(entry.Sequence, SequenceOutcome.Failed, new StepFailedException($"a step failed: {error.Message}", error));
            }

            return;
        }

        long runEnd = _time.GetTimestamp();
        _totals.StepSucceeded();
        Advance();
        _observer?.StepCompleted(new StepReport(
            _composer.DecodeRows,
            _composer.PromptRows,
            _time.GetElapsedTime(gatesStart, runStart),
            _time.GetElapsedTime(runStart, runEnd),
            _time.GetElapsedTime(start)));
    }

    private void Resume()
    {
        for (int i = _sequences.Running.Count - 1; i >= 0; i--)
        {
            if (_sequences.Running[i] is { IsWaiting: true } waiting)
            {
                Count(waiting, _advance.Resume(waiting));
            }
        }
    }

    private void Advance()
    {
        var advanced = _advance.Run(_composer.Entries);
        for (int i = 0; i < advanced.Length; i++)
        {
            Count(_composer.Entries[i].Sequence, advanced[i]);
        }
    }

    /// <summary>What one sequence's tokens mean for what all of them share.</summary>
    private void Count(Sequence sequence, in Advanced advanced)
    {
        _totals.PromptTokens += advanced.PromptTokens;
        _totals.GeneratedTokens += advanced.GeneratedTokens;
        if (advanced.Error is { } error)
        {
            _sequences.End(
                sequence,
                SequenceOutcome.Failed,
                error as InvalidGenerationException ?? (InferenceException)new StepFailedException($"no token could be drawn: {error.Message}", error));
            return;
        }

        _prefixes.Keep(sequence, advanced.FilledBefore);
        if (advanced.Finish != FinishReason.None)
        {
            _prefixes.Touch(sequence);
            _sequences.End(sequence, advanced.Finish == FinishReason.Stop ? SequenceOutcome.Stop : SequenceOutcome.Length);
        }
    }

    /// <summary>Publishes first, so a reader that sees the end of its stream sees its slots free too.</summary>
    private void Settle(IEngineObserver? observer)
    {
        var snapshot = TakeSnapshot();
        lock (_publishing)
        {
            _snapshot = snapshot;
        }

        _sequences.TellEnded(observer);
    }

    private void EndAll(Exception error, IEngineObserver? observer)
    {
        _queue.RemoveEnded(_removed, all: _stopping);
        foreach (var sequence in _removed.Concat(_sequences.Running).ToList())
        {
            _sequences.End(sequence, SequenceOutcome.Failed, error);
        }

        _removed.Clear();
        Settle(observer);
    }

    private EngineSnapshot TakeSnapshot()
    {
        var (paused, kvTokens) = _sequences.Count();
        return new EngineSnapshot
        {
            Running = _sequences.Running.Count,
            Paused = paused,
            Waiting = _queue.Count,
            SlotsUsed = _sequences.Slots.Used,
            SlotsTotal = _sequences.Slots.Total,
            KvTokensUsed = kvTokens,
            KvTokensCapacity = (long)_sequences.Slots.Total * _runner.ContextLength,
            KvBytesCapacity = (long)_sequences.Slots.Total * ((_runner.ContextLength + _runner.BlockPositions - 1) / _runner.BlockPositions) * _runner.BlockBytes,
            Adapters = _adapters.Counts,
            PromptTokens = _totals.PromptTokens,
            PrefixQueryTokens = _totals.PrefixQueryTokens,
            PrefixHitTokens = _totals.PrefixHitTokens,
            PrefixBytes = _prefixes.Bytes,
            DraftTokens = _advance.DraftTokens,
            AcceptedDraftTokens = _advance.AcceptedTokens,
            GeneratedTokens = _totals.GeneratedTokens,
            Steps = _totals.Steps,
            FailedSteps = _totals.FailedSteps,
            Healthy = _totals.FailuresInRow < _options.UnhealthyAfter,
            Draining = _queue.IsClosed,
        };
    }
}
