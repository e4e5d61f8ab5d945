using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Prefixes;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Batching;

/// <summary>
/// What the loop does between two steps: ends what was cancelled or reads too slowly, loads adapters, admits from the
/// queue while slots are free, and moves prompts over what the prefix cache has. For the loop alone.
/// </summary>
internal sealed class Intake(
    IStepRunner runner,
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
    private readonly List<Sequence> _cancelled = [];

    public void Run()
    {
        for (var i = sequences.Running.Count - 1; i >= 0; i--)
        {
            EndIfGone(sequences.Running[i]);
        }

        queue.RemoveEnded(_cancelled);
        foreach (var sequence in _cancelled)
        {
            EndCancelled(sequence);
        }

        _cancelled.Clear();
        adapters.LoadPending(runner);
        while (queue.TryTake(sequences.Slots.Free, out var sequence))
        {
            sequences.Admit(sequence);
            totals.PrefixQueryTokens += sequence.PromptLength;
            observer?.SequenceAdmitted(time.GetElapsedTime(sequence.QueuedAt));
        }

        foreach (var sequence in sequences.Running)
        {
            totals.PrefixHitTokens += prefixes.Extend(sequence);
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
            sequence.Pause ??= new PauseClock(time, options.SlowReaderTimeout, () => signal.Set());
            sequence.Pause.Start();
            if (sequence.Pause.IsExpired)
            {
                var error = new SlowReaderException(options.OutputBuffer, options.SlowReaderTimeout);
                sequences.End(sequence, SequenceOutcome.Failed, error);
            }
        }
    }

    private void EndCancelled(Sequence sequence) =>
        sequences.End(sequence, SequenceOutcome.Cancelled, new OperationCanceledException("the generation was cancelled"));
}
