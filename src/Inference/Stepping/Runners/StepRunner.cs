using ExpertCluster.Inference.Stepping.Memory;
using ExpertCluster.Inference.Stepping.Providers;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Import;
using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping.Runners;

/// <summary>
/// What every runner has: a session on its graph, the cache of keys and values, and the resident adapters. Dispose lets what is under
/// way end, on whatever thread, and gives back what the runner holds behind it; what comes later is refused.
/// </summary>
public abstract class StepRunner : IStepRunner
{
    private readonly StepRunnerOptions _options;
    private readonly Lifetime _lifetime;

    private protected StepRunner(
        RunnerGraph graph,
        ModelShape shape,
        StepRunnerOptions options,
        bool opaque,
        Func<SessionOptions, Func<SessionOptions, OnnxSession>, OnnxSession>? open = null)
    {
        StepRunnerOptionsValidator.Require(options, shape);
        _options = options;
        _lifetime = new Lifetime(this, Owned.Dispose);
        Vocabulary = shape.Vocabulary;
        ContextLength = StepRunnerMemory.ContextLength(shape, options);
        try
        {
            Session = Owned.Add(RunnerSession.Open(graph, options, open));
            Control = Owned.Add(new RunControl());
            Cache = Owned.Add(new KeyValueCache(shape, options.Slots, StepRunnerMemory.Layout(shape, options, opaque), opaque));
            Adapters = Owned.Add(new AdapterStack(shape, options.AdapterCapacity, options.AdapterRank, options.AdapterType, opaque));
        }
        catch
        {
            Dispose();
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
    public long ReservedBytes => Cache.Bytes + Adapters.Bytes;

    public int BlockPositions => KeyValueCache.BlockPositions;

    public int BlockBytes => Cache.BlockBytes;

    /// <inheritdoc/>
    public void ReadBlock(int slot, int block, Span<byte> to)
    {
        using var use = Enter();
        Cache.Read(slot, block, to);
    }

    /// <inheritdoc/>
    public void WriteBlock(int slot, int block, ReadOnlySpan<byte> from)
    {
        using var use = Enter();
        Cache.Write(slot, block, from);
    }

    /// <inheritdoc/>
    public void CheckAdapter(AdapterWeights weights) => Adapters.Check(weights);

    /// <inheritdoc/>
    public void Abort() => Control.Terminate();

    /// <inheritdoc/>
    public void LoadAdapter(int index, AdapterWeights weights)
    {
        using var use = Enter();
        Adapters.Load(index, weights);
    }

    /// <summary>Given back with the runner.</summary>
    private protected Owned Owned { get; } = new();

    private protected OnnxSession Session { get; }

    private protected RunControl Control { get; }

    private protected KeyValueCache Cache { get; }

    private protected AdapterStack Adapters { get; }

    /// <inheritdoc/>
    public abstract void Run(StepBatch batch);

    /// <inheritdoc/>
    public void Dispose()
    {
        _lifetime.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Lifetime.Enter"/>
    private protected Use Enter() => _lifetime.Enter();
}
