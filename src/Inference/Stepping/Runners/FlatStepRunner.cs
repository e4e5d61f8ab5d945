using ExpertCluster.Inference.Kernels;
using ExpertCluster.Inference.Stepping.Memory;
using ExpertCluster.Inference.Stepping.Providers;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Import;
using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping.Runners;

/// <summary>
/// Runs the token-flattened graph: one Run a step, whatever mix of sequences, prompts and adapters it holds. One binding
/// lives as long as the runner; a step whose T or R differs from the last one's rebinds the tensors that have it, and
/// those are kept for each T and R. So a step allocates nothing once its T and R have been seen, but the names of what is
/// bound anew.
/// </summary>
public sealed class FlatStepRunner : StepRunner
{
    private readonly OnnxBinding _binding;
    private readonly Owned _ofBatch;
    private BatchTensors? _tensors;

    /// <summary>Opens an imported model's flat graph. Runners of one base in one process share its weights.</summary>
    /// <exception cref="ArgumentException">The options are not valid for the model; the message names each.</exception>
    /// <exception cref="OnnxRuntimeException">The graph cannot be loaded.</exception>
    /// <exception cref="InsufficientMemoryException">The cache or the stacks do not fit.</exception>
    /// <exception cref="ExpertCluster.Models.Checkpoints.CheckpointException">The graph is not what was imported.</exception>
    /// <exception cref="IOException">The weights' file cannot be read, or is not what was imported.</exception>
    public FlatStepRunner(ImportedModel model, StepRunnerOptions options)
        : this(RunnerGraph.FlatOf(model), model.Shape, options)
    {
    }

    /// <summary>Opens a flat graph file, whose weights are then this runner's alone.</summary>
    /// <inheritdoc cref="FlatStepRunner(ImportedModel, StepRunnerOptions)"/>
    public FlatStepRunner(string graphPath, ModelShape shape, StepRunnerOptions options)
        : this(RunnerGraph.OfFile(graphPath), shape, options)
    {
    }

    private FlatStepRunner(RunnerGraph graph, ModelShape shape, StepRunnerOptions options)
        : base(graph, shape, OnTheCpu(options, shape), opaque: true, CustomOperators.Open)
    {
        try
        {
            _ofBatch = Owned.Add(new Owned());
            _binding = Owned.Add(Session.CreateBinding());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch does not fit the runner, or one of its rows is out of range.</exception>
    /// <exception cref="OnnxRuntimeException">The run failed; rows of the step may have been written to their slots.</exception>
    public override void Run(StepBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        StepBatchGuard.Check(batch, this);
        using var use = Enter();
        BindFor(batch);
        _binding.Run(Control);
    }

    // What is no provider at all is said first.
    private static StepRunnerOptions OnTheCpu(StepRunnerOptions options, ModelShape shape)
    {
        StepRunnerOptionsValidator.Require(options, shape);
        return options.Provider == ExecutionProvider.Cpu
            ? options
            : throw new ArgumentException(
                $"The flat graph's operators run on the CPU only, not on {options.Provider}; use {nameof(PortableStepRunner)}.", nameof(options));
    }

    private void BindFor(StepBatch batch)
    {
        if (_tensors is null || _tensors.Batch != batch)
        {
            _ofBatch.Dispose();
            _tensors = _ofBatch.Add(new BatchTensors(batch));
            _tensors.Bind(_binding);

            // After the step's own tensors: the library looks names up from the front, and those are bound again.
            Cache.Bind(_binding, layer => ($"kc.{layer}", $"vc.{layer}", $"kc.out.{layer}", $"vc.out.{layer}"));
            Adapters.Bind(_binding);
            return;
        }

        _tensors.Bind(_binding);
    }
}
