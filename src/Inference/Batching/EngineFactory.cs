using ExpertCluster.Contracts;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Inference.Text;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Inference.Batching;

/// <summary>Opens engines on imported models.</summary>
public static class EngineFactory
{
    /// <summary>Opens the model's flat graph on the CPU, its portable one on other providers, and starts an engine on it.</summary>
    /// <param name="model">A folder that an import wrote.</param>
    /// <param name="runner">Slots, context, adapters and threads of the runtime.</param>
    /// <param name="options">How the engine batches.</param>
    /// <param name="tokenizer">The model's, where the caller has it already; else it is loaded.</param>
    /// <param name="time">For queue waits and slow readers; the system's by default.</param>
    /// <param name="observer">Hears of steps and sequences, for metrics.</param>
    /// <param name="filters">Between logits and the draw; those of <see cref="LogitsFilters.BuiltIn"/> by default.</param>
    /// <exception cref="ArgumentException">An option is out of range; every failure is named.</exception>
    /// <exception cref="SetupException">Two filters have one name, or the options name one that is not there.</exception>
    /// <exception cref="ProviderUnavailableException">The library or this machine lacks the runner's execution provider.</exception>
    /// <exception cref="TokenizerFormatException">The model's tokenizer cannot be used.</exception>
    public static Engine Open(
        ImportedModel model,
        StepRunnerOptions runner,
        EngineOptions options,
        Tokenizer? tokenizer = null,
        TimeProvider? time = null,
        IEngineObserver? observer = null,
        IEnumerable<ILogitsFilter>? filters = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(runner);
        var known = tokenizer ?? Tokenizer.Load(model, ImportedModel.TokenizerFile);
        IStepRunner opened = runner.Provider == ExecutionProvider.Cpu
            ? new FlatStepRunner(model, runner)
            : new PortableStepRunner(model, runner);
        try
        {
            return new Engine(opened, options, () => new TokenizerText(known), time, observer, filters);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }
}
