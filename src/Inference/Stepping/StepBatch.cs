namespace ExpertCluster.Inference.Stepping;

/// <summary>
/// The rows of one step, in buffers that live as long as the batcher: T = <see cref="RowCount"/> rows, of which
/// R = <see cref="OutputCount"/> want logits. All arrays are pinned, so native code may hold their addresses.
/// </summary>
public sealed class StepBatch
{
    public StepBatch(int maxRows, int maxOutputs, int adaptersPerRow, int vocabulary)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxRows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxOutputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(adaptersPerRow);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabulary);
        AdaptersPerRow = adaptersPerRow;
        Vocabulary = vocabulary;
        InputIds = GC.AllocateArray<int>(maxRows, pinned: true);
        Slots = GC.AllocateArray<int>(maxRows, pinned: true);
        Positions = GC.AllocateArray<int>(maxRows, pinned: true);
        AdapterIndex = GC.AllocateArray<int>(maxRows * adaptersPerRow, pinned: true);
        AdapterWeight = GC.AllocateArray<float>(maxRows * adaptersPerRow, pinned: true);
        OutputRows = GC.AllocateArray<int>(maxOutputs, pinned: true);
        Logits = GC.AllocateArray<float>(checked(maxOutputs * vocabulary), pinned: true);
    }

    public int AdaptersPerRow { get; }

    public int Vocabulary { get; }

    /// <summary>T: rows in use.</summary>
    public int RowCount { get; set; }

    /// <summary>R: entries of <see cref="OutputRows"/> in use; may be 0.</summary>
    public int OutputCount { get; set; }

    /// <summary>[T] token ids.</summary>
    public int[] InputIds { get; }

    /// <summary>[T] KV slot of each row. Rows of one slot stand in rising position order.</summary>
    public int[] Slots { get; }

    /// <summary>[T] position of each row in its slot.</summary>
    public int[] Positions { get; }

    /// <summary>[T, AdaptersPerRow] index of an adapter, below 0 for none.</summary>
    public int[] AdapterIndex { get; }

    /// <summary>[T, AdaptersPerRow] weights.</summary>
    public float[] AdapterWeight { get; }

    /// <summary>[R] rows whose logits are wanted.</summary>
    public int[] OutputRows { get; }

    /// <summary>[R, Vocabulary] after a run.</summary>
    public float[] Logits { get; }

    /// <summary>The logits of the n-th output row.</summary>
    public Span<float> LogitsOf(int n) => Logits.AsSpan(n * Vocabulary, Vocabulary);
}
