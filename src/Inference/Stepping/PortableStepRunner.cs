using ExpertCluster.Inference.Errors;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Import;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping;

/// <summary>
/// Runs the portable graph, whose operators every execution provider brings: one Run for neighbouring decoding slots, one
/// for each prompt chunk. For providers that cannot run <see cref="FlatStepRunner"/>'s operators; on the CPU it is the
/// slower of the two, and what the other is held against.
/// </summary>
/// <remarks>Equal to the flat runner within rounding, not to the bit; nor is a row independent of its neighbours to the bit.</remarks>
public sealed class PortableStepRunner : IStepRunner
{
    private readonly StepRunnerOptions _options;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions;
    private readonly KeyValueCache _cache;
    private readonly AdapterStack _adapters;
    private readonly Owned _owned = new();

    /// <summary>Opens an imported model's portable graph.</summary>
    /// <exception cref="ArgumentException">The options are not valid for the model; the message names each.</exception>
    /// <exception cref="OnnxRuntimeException">The graph cannot be loaded.</exception>
    /// <exception cref="ProviderUnavailableException">The library or this machine lacks the provider.</exception>
    /// <exception cref="InsufficientMemoryException">The cache or the stacks do not fit.</exception>
    public PortableStepRunner(ImportedModel model, StepRunnerOptions options)
        : this((model ?? throw new ArgumentNullException(nameof(model))).PortableGraphPath, model.Shape, options)
    {
    }

    /// <summary>Opens a portable graph file.</summary>
    /// <inheritdoc cref="PortableStepRunner(ImportedModel, StepRunnerOptions)"/>
    public PortableStepRunner(string graphPath, ModelShape shape, StepRunnerOptions options)
    {
        StepRunnerOptionsValidator.Require(options, shape);
        _options = options;
        Vocabulary = shape.Vocabulary;
        ContextLength = StepRunnerMemory.ContextLength(shape, options);
        try
        {
            _session = _owned.Add(new RunnerSession(graphPath, options)).Session;
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
    /// <exception cref="OnnxRuntimeException">A run failed; rows of the step may have been written to their slots.</exception>
    public void Run(StepBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        StepBatchGuard.Check(batch, this);
        StepBatchGuard.CheckAdapters(batch, AdapterCapacity);
        foreach (PortablePart part in PortablePlan.Of(batch))
        {
            Run(batch, part);
        }
    }

    public void Dispose() => _owned.Dispose();

    private void Run(StepBatch batch, PortablePart part)
    {
        using var held = new Owned();
        OrtIoBinding binding = held.Add(_session.CreateIoBinding());
        var inputs = new PortableInputs(batch, part);
        inputs.Bind(binding, held);
        _cache.BindRange(binding, held, part.FirstSlot, part.Sequences, layer =>
            ($"past.{layer}.key", $"past.{layer}.value", $"present.{layer}.key", $"present.{layer}.value"));
        _adapters.Bind(binding);
        _session.RunWithBinding(_runOptions, binding);
        inputs.Scatter();
    }
}
