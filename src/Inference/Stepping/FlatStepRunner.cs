using ExpertCluster.Inference.Kernels;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Import;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping;

/// <summary>
/// Runs the token-flattened graph: one Run a step, whatever mix of sequences, prompts and adapters it holds. One binding
/// lives as long as the runner; a step whose T or R differs from the last one's rebinds the tensors that have it, and
/// those are kept for each T and R. So a step allocates nothing once its T and R have been seen.
/// </summary>
public sealed class FlatStepRunner : IStepRunner
{
    private readonly StepRunnerOptions _options;
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _runOptions;
    private readonly KeyValueCache _cache;
    private readonly AdapterStack _adapters;
    private readonly Owned _owned = new();
    private BatchTensors? _tensors;

    /// <summary>Opens an imported model's flat graph.</summary>
    /// <exception cref="ArgumentException">The options are not valid for the model; the message names each.</exception>
    /// <exception cref="OnnxRuntimeException">The graph cannot be loaded.</exception>
    /// <exception cref="InsufficientMemoryException">The cache or the stacks do not fit.</exception>
    public FlatStepRunner(ImportedModel model, StepRunnerOptions options)
        : this((model ?? throw new ArgumentNullException(nameof(model))).FlatGraphPath, model.Shape, options)
    {
    }

    /// <summary>Opens a flat graph file.</summary>
    /// <inheritdoc cref="FlatStepRunner(ImportedModel, StepRunnerOptions)"/>
    public FlatStepRunner(string graphPath, ModelShape shape, StepRunnerOptions options)
    {
        StepRunnerOptionsValidator.Require(options, shape);
        if (options.Provider != ExecutionProvider.Cpu)
        {
            throw new ArgumentException(
                $"The flat graph's operators run on the CPU only, not on {options.Provider}; use {nameof(PortableStepRunner)}.", nameof(options));
        }

        _options = options;
        Vocabulary = shape.Vocabulary;
        ContextLength = StepRunnerMemory.ContextLength(shape, options);
        try
        {
            _session = _owned.Add(new RunnerSession(graphPath, options, CustomOperators.Open)).Session;
            _binding = _owned.Add(_session.CreateIoBinding());
            _runOptions = _owned.Add(new RunOptions());
            _cache = _owned.Add(new KeyValueCache(shape, options.Slots, StepRunnerMemory.Positions(shape, options)));
            _adapters = _owned.Add(new AdapterStack(shape, options.AdapterCapacity, options.AdapterRank));
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    public int Slots => _options.Slots;

    public int ContextLength { get; }

    public int Vocabulary { get; }

    public int MaxRows => _options.MaxRows;

    public int AdaptersPerRow => _options.AdaptersPerRow;

    public int AdapterCapacity => _options.AdapterCapacity;

    /// <summary>Bytes that the cache and the adapter stacks take when all of them is in use.</summary>
    public long ReservedBytes => _cache.Bytes + _adapters.Bytes;

    public int BlockPositions => KeyValueCache.BlockPositions;

    public int BlockBytes => _cache.BlockBytes;

    /// <inheritdoc/>
    public void ReadBlock(int slot, int block, Span<byte> to) => _cache.Read(slot, block, to);

    /// <inheritdoc/>
    public void WriteBlock(int slot, int block, ReadOnlySpan<byte> from) => _cache.Write(slot, block, from);

    /// <inheritdoc/>
    public void CheckAdapter(AdapterWeights weights) => _adapters.Check(weights);

    /// <inheritdoc/>
    public void Abort() => _runOptions.Terminate = true;

    /// <inheritdoc/>
    public void LoadAdapter(int index, AdapterWeights weights) => _adapters.Load(index, weights);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch does not fit the runner, or one of its rows is out of range.</exception>
    /// <exception cref="OnnxRuntimeException">The run failed; rows of the step may have been written to their slots.</exception>
    public void Run(StepBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        StepBatchGuard.Check(batch, this);
        BindFor(batch);
        _session.RunWithBinding(_runOptions, _binding);
        GC.KeepAlive(batch);
    }

    public void Dispose()
    {
        _tensors?.Dispose();
        _owned.Dispose();
    }

    private void BindFor(StepBatch batch)
    {
        if (_tensors is null || _tensors.Batch != batch)
        {
            _tensors?.Dispose();
            _tensors = new BatchTensors(batch);
            _tensors.Bind(_binding);

            // After the step's own tensors: the library looks names up from the front, and those are bound again.
            _cache.Bind(_binding, layer => ($"kc.{layer}", $"vc.{layer}", $"kc.out.{layer}", $"vc.out.{layer}"));
            _adapters.Bind(_binding);
            return;
        }

        _tensors.Bind(_binding);
    }
}
