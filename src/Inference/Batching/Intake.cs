using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Merging;

namespace ExpertCluster.Inference.Batching;

/// <summary>
/// What the loop does between two steps: ends what was cancelled or reads too slowly, has adapters loaded for those who
/// wait, admits from the queue while slots are free, and moves prompts over what the prefix cache has. For the loop alone.
/// </summary>
internal sealed class Intake(
    EngineOptions options,
    AdmissionQueue queue,
    AdapterStore adapters,
    SequenceSet sequences,
    PrefixStage prefixes,
    EngineTotals totals,
    AutoResetEvent signal,
    TimeProvider time,
    IEngineObserver? observer)
{
    private readonly List<Sequence> _refused = [];
    private Func<Sequence, bool, AdapterReadiness>? _prepare;
    private long _look;

    public void Run()
    {
        for (int i = sequences.Running.Count - 1; i >= 0; i--)
        {
            EndIfGone(sequences.Running[i]);
        }

        _look++;
        _prepare ??= Prepare;
        while (queue.TryTake(sequences.Slots.Free, _prepare, out var sequence))
        {
            sequences.Admit(sequence);
            totals.PrefixQueryTokens += sequence.GivenLength;
            observer?.SequenceAdmitted(time.GetElapsedTime(sequence.QueuedAt));
        }

        queue.RemoveEnded(_refused);
        foreach (var sequence in _refused)
        {
            EndRefused(sequence);
        }

        _refused.Clear();
        foreach (var sequence in sequences.Running)
        {
            totals.PrefixHitTokens += prefixes.Extend(sequence);
        }
    }

    private AdapterReadiness Prepare(Sequence sequence, bool pin)
    {
        if (sequence.IsCancelled)
        {
            return AdapterReadiness.Failed;
        }

        var readiness = adapters.Prepare(sequence.Held, _look, pin, out var error);
        sequence.Refusal = error;
        return readiness;
    }

    private void EndRefused(Sequence sequence)
    {
        if (sequence.Refusal is { } error && !sequence.IsCancelled)
        {
            sequences.End(sequence, SequenceOutcome.Failed, error);
        }
        else
        {
            EndCancelled(sequence);
        }
    }

    private void EndIfGone(Sequence sequence)
    {
        if (sequence.IsCancelled)
        {
            EndCancelled(sequence);
        }
        else if (!sequence.Stream.IsFull)
        {
            sequence.Pause?.Stop();
        }
        else
        {
            sequence.Pause ??= new Countdown(time, () => signal.Set());
            if (!sequence.Pause.IsRunning)
            {
                sequence.Pause.Start(options.SlowReaderTimeout);
            }

            if (sequence.Pause.IsOver())
            {
                var error = new SlowReaderException(options.OutputBuffer, options.SlowReaderTimeout);
                sequences.End(sequence, SequenceOutcome.Failed, error);
            }
        }
    }

    private void EndCancelled(Sequence sequence) =>
        sequences.End(sequence, SequenceOutcome.Cancelled, new OperationCanceledException("the generation was cancelled"));
}
