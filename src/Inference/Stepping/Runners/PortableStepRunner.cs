using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Stepping.Memory;
using ExpertCluster.Inference.Stepping.Providers;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Import;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping.Runners;

/// <summary>
/// Runs the portable graph, whose operators every execution provider brings: one Run for neighbouring decoding slots, one
/// for each prompt chunk. For providers that cannot run <see cref="FlatStepRunner"/>'s operators; on the CPU it is the
/// slower of the two, and what the other is held against.
/// </summary>
/// <remarks>Equal to the flat runner within rounding, not to the bit; nor is a row independent of its neighbours to the bit.</remarks>
public sealed class PortableStepRunner : StepRunner
{
    /// <summary>Opens an imported model's portable graph. Runners of one base on the CPU share its weights.</summary>
    /// <exception cref="ArgumentException">The options are not valid for the model; the message names each.</exception>
    /// <exception cref="OnnxRuntimeException">The graph cannot be loaded.</exception>
    /// <exception cref="ProviderUnavailableException">The library or this machine lacks the provider.</exception>
    /// <exception cref="InsufficientMemoryException">The cache or the stacks do not fit.</exception>
    /// <exception cref="ExpertCluster.Models.Checkpoints.CheckpointException">The graph is not what was imported.</exception>
    /// <exception cref="IOException">The weights' file cannot be read, or is not what was imported.</exception>
    public PortableStepRunner(ImportedModel model, StepRunnerOptions options)
        : base(RunnerGraph.PortableOf(model), model.Shape, InFloats(options, model.Shape), opaque: false)
    {
    }

    /// <summary>Opens a portable graph file, whose weights are then this runner's alone.</summary>
    /// <inheritdoc cref="PortableStepRunner(ImportedModel, StepRunnerOptions)"/>
    public PortableStepRunner(string graphPath, ModelShape shape, StepRunnerOptions options)
        : base(RunnerGraph.OfFile(graphPath), shape, InFloats(options, shape), opaque: false)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch does not fit the runner, or one of its rows is out of range.</exception>
    /// <exception cref="OnnxRuntimeException">A run failed; rows of the step may have been written to their slots.</exception>
    public override void Run(StepBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        StepBatchGuard.Check(batch, this);
        StepBatchGuard.CheckAdapters(batch, AdapterCapacity);
        using var use = Enter();
        foreach (var part in PortablePlan.Of(batch))
        {
            Run(batch, part);
        }
    }

    private static StepRunnerOptions InFloats(StepRunnerOptions options, ModelShape shape)
    {
        StepRunnerOptionsValidator.Require(options, shape);
        if (options.KvCacheType != KvCacheType.Float32)
        {
            throw new ArgumentException(
                $"The portable graph's operators keep keys and values in {KvCacheType.Float32} only, not in {options.KvCacheType}; use {nameof(FlatStepRunner)}.",
                nameof(options));
        }

        return options.AdapterType == AdapterType.Float32
            ? options
            : throw new ArgumentException(
                $"The portable graph's operators take adapters in {AdapterType.Float32} only, not in {options.AdapterType}; use {nameof(FlatStepRunner)}.",
                nameof(options));
    }

    private void Run(StepBatch batch, PortablePart part)
    {
        using var held = new Owned();
        var binding = held.Add(Session.CreateBinding());
        var inputs = new PortableInputs(batch, part);
        inputs.Bind(binding, held);
        Cache.BindRange(binding, held, part.FirstSlot, part.Sequences, layer =>
            ($"past.{layer}.key", $"past.{layer}.value", $"present.{layer}.key", $"present.{layer}.value"));
        Adapters.Bind(binding);
        binding.Run(Control);
        inputs.Scatter();
    }
}
