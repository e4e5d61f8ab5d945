namespace ExpertCluster.Inference.Stepping;

/// <summary>
/// One base model, ready to run steps. Not thread-safe, but for <see cref="LoadAdapter"/>: one batcher owns it. What is called after Dispose throws an
/// <see cref="ObjectDisposedException"/>. Slots hold the keys and values of
/// sequences; a row written at (slot, position) sees the slot's positions 0..position, so a slot is reused
/// simply by starting again at position 0.
/// </summary>
public interface IStepRunner : IDisposable
{
    int Slots { get; }

    /// <summary>Positions a slot holds.</summary>
    int ContextLength { get; }

    int Vocabulary { get; }

    /// <summary>Most rows one step takes.</summary>
    int MaxRows { get; }

    /// <summary>Adapters a row can carry (the k of lora_idx [T, k]).</summary>
    int AdaptersPerRow { get; }

    /// <summary>Adapters that can be resident at once; valid indices are 0..capacity-1.</summary>
    int AdapterCapacity { get; }

    /// <summary>Whether an adapter can be loaded.</summary>
    /// <exception cref="ArgumentException">Its rank, layers or sizes are not the runner's; the message says which.</exception>
    void CheckAdapter(Models.Adapters.AdapterWeights weights);

    /// <summary>
    /// Puts an adapter at an index. Any thread, also while a step runs; the caller sees to it that no step uses the index
    /// meanwhile, and that no two loads fill it at once.
    /// </summary>
    void LoadAdapter(int index, Models.Adapters.AdapterWeights weights);

    /// <summary>Positions of a block: what <see cref="ReadBlock"/> and <see cref="WriteBlock"/> take whole.</summary>
    int BlockPositions { get; }

    /// <summary>Bytes of the keys and values of a block, all layers together; 0 where they can't be copied.</summary>
    int BlockBytes { get; }

    /// <summary>Copies the keys and values of positions [block * BlockPositions, (block + 1) * BlockPositions) of a slot.</summary>
    void ReadBlock(int slot, int block, Span<byte> to);

    /// <summary>Puts a block back that <see cref="ReadBlock"/> gave, into any slot, at the same positions.</summary>
    void WriteBlock(int slot, int block, ReadOnlySpan<byte> from);

    /// <summary>
    /// From any thread: the step that runs ends with an error at its next node, as every later one does. For the end of a
    /// process; a single sequence is cancelled between steps, since a step carries many.
    /// </summary>
    void Abort();

    /// <summary>Runs one step; fills the first OutputCount rows of <see cref="StepBatch.Logits"/>.</summary>
    void Run(StepBatch batch);
}
