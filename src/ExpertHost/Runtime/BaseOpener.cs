using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>Opens what `prepare` wrote for a base.</summary>
internal sealed class BaseOpener(
    PreparedCatalogue catalogue, RuntimeOptions options, HostMetrics metrics, TimeProvider time, IEnumerable<ILogitsFilter> filters) : IBaseOpener
{
    public BaseRuntime Open(PreparedBase prepared)
    {
        // All of it is read once and compared; the weights are in the page cache when the runtime maps them.
        var model = ImportedModel.Open(prepared.Folder.Check($"base {prepared.Name}"), verifyContent: false);
        var tokenizer = Tokenizer.Load(model.TokenizerPath);
        var template = ChatTemplate.LoadFrom(model.TokenizerConfigPath);
        var gate = prepared.HasTokenGate && catalogue.Gates is { } gates
            ? TokenGate.Load(gates.Check($"the token gate of base {prepared.Name}", $"token/{prepared.Name}/"), prepared.Name)
            : null;
        return new BaseRuntime(prepared.Name, model, OpenEngine(prepared.Name, model, tokenizer), tokenizer, template, gate);
    }

    private Engine OpenEngine(string name, ImportedModel model, Tokenizer tokenizer) => EngineFactory.Open(
        model,
        EngineSettings.OfRunner(options, model.Shape.MaxPositions),
        EngineSettings.OfEngine(options),
        tokenizer,
        time,
        new StepObserver(metrics, name),
        filters);
}
