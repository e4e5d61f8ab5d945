using ExpertCluster.Inference.Adapters;

namespace ExpertCluster.Inference.Batching;

/// <summary>The sequences that hold slots, oldest first, and those that ended since they were last told. For the loop alone.</summary>
internal sealed class SequenceSet(SlotPool slots, AdapterStore adapters)
{
    private readonly List<Ending> _ended = [];

    /// <summary>In order of admission.</summary>
    public List<Sequence> Running { get; } = [];

    public SlotPool Slots => slots;

    public (int Paused, long KvTokens) Count()
    {
        var (paused, kvTokens) = (0, 0L);
        foreach (var sequence in Running)
        {
            paused += sequence.Pause is { IsRunning: true } ? 1 : 0;
            kvTokens += (long)sequence.Filled * sequence.Branches.Length;
        }

        return (paused, kvTokens);
    }

    public void Admit(Sequence sequence)
    {
        slots.Take(sequence);
        Running.Add(sequence);
    }

    /// <summary>Frees what it holds at once; its reader hears of it in <see cref="TellEnded"/>. Ending twice changes nothing.</summary>
    public void End(Sequence sequence, SequenceOutcome outcome, Exception? error = null)
    {
        if (sequence.HasEnded)
        {
            return;
        }

        sequence.HasEnded = true;
        _ended.Add(new Ending(sequence, outcome, error));
        bool ran = Running.Remove(sequence);
        if (ran)
        {
            slots.Return(sequence);
        }

        adapters.Release(sequence.Held, pinned: ran);

        sequence.Pause?.Dispose();
        sequence.Members?.Dispose();
        sequence.Cancellation.Unregister();
    }

    /// <summary>Completes the streams of what ended, once the published snapshot no longer counts them.</summary>
    public void TellEnded(IEngineObserver? observer)
    {
        foreach (var (sequence, outcome, error) in _ended)
        {
            sequence.Stream.Complete(error);
            observer?.SequenceEnded(new SequenceReport(outcome, sequence.PromptLength, sequence.Generated));
        }

        _ended.Clear();
    }

    private readonly record struct Ending(Sequence Sequence, SequenceOutcome Outcome, Exception? Error);
}
