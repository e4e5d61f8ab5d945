using ExpertCluster.Inference.Kernels.Elements;

namespace ExpertCluster.Inference.Stepping;

/// <summary>Sizes and threads of a runner, fixed for its life. Ranges are checked by <see cref="StepRunnerOptionsValidator"/>.</summary>
public sealed record StepRunnerOptions
{
    /// <summary>Sequences that the cache holds at once. Range 1..4096.</summary>
    public int Slots { get; init; } = 16;

    /// <summary>Positions of a slot. Range 1..the model's MaxPositions; 0: all of them. Costs memory at once.</summary>
    public int ContextLength { get; init; }

    /// <summary>
    /// How keys and values are stored; the shorter, the more positions in the same memory, and the less a step reads of it in long
    /// contexts. What it costs in quality: docs/performance.md. Other than f32 on <see cref="FlatStepRunner"/> only, Int8 with heads of 8
    /// numbers or more.
    /// </summary>
    public KvCacheType KvCacheType { get; init; }

    /// <summary>Most rows of a step. Range 1..65536. Larger: prompts are read in fewer steps, each of which takes longer.</summary>
    public int MaxRows { get; init; } = 256;

    /// <summary>Adapters that a row can mix. Range 1..16.</summary>
    public int AdaptersPerRow { get; init; } = 2;

    /// <summary>Adapters resident at once. Range 1..4096.</summary>
    public int AdapterCapacity { get; init; } = 8;

    /// <summary>
    /// Largest rank of an adapter. Range 1..256. The stacks have room for it; <see cref="FlatStepRunner"/> computes and touches no
    /// more than each adapter has, <see cref="PortableStepRunner"/> all of it.
    /// </summary>
    public int AdapterRank { get; init; } = 16;

    /// <summary>How resident adapters are stored. Other than f32 on <see cref="FlatStepRunner"/> only.</summary>
    public AdapterType AdapterType { get; init; }

    /// <summary>Threads of a step, the caller's among them. Range 1..1024; 0: one for each core. On shared cores: 1.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Microseconds that a step's waiting threads spin before they sleep. Range 0..100000; 0: they sleep at once. The waits
    /// inside a step are shorter than waking up; between steps it is what an idle engine burns, once.
    /// </summary>
    public int SpinMicroseconds { get; init; } = 300;

    /// <summary>What the graph runs on. <see cref="FlatStepRunner"/> takes the CPU only.</summary>
    public ExecutionProvider Provider { get; init; }

    /// <summary>
    /// Where ONNX Runtime writes a profile of every node of every step, as a JSON trace, when the runner is disposed of;
    /// made where it is missing. Null: no profile. Costs time in each step; the library stops after a million events.
    /// </summary>
    public string? ProfileFolder { get; init; }
}
